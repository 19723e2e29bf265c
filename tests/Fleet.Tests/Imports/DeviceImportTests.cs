using System.Net;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Devices;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Fleet.Tests.Imports;

[Trait("Requirement", "UG-04")]
[Trait("Requirement", "UG-06")]
public sealed class DeviceImportTests : IAsyncLifetime, IDisposable
{
    private TestFleet _fleet = null!;
    private ApiClient _admin = null!;
    private ImportClient _imports = null!;

    public async Task InitializeAsync()
    {
        _fleet = await TestFleet.StartStillAsync();
        (_admin, _imports) = (new ApiClient(_fleet), new ImportClient(_fleet));
        await _admin.MakeAsync("device-groups", new { name = "Ward A", id = "ward-a" });
        await _admin.MakeAsync("device-groups", new { name = "Ward B", id = "ward-b" });
        await _admin.MakeAsync("attributes", new { name = "shelf", scope = "device", type = "number" });
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    public void Dispose()
    {
        _admin.Dispose();
        _imports.Dispose();
    }

    [Fact]
    public async Task Devices_are_found_by_id_or_serial_number_and_have_their_facts_at_once()
    {
        using var one = await Ward.EnrolAsync(_fleet, "ward-a");
        using var two = await Ward.EnrolAsync(_fleet);
        var file = $"id;serialNumber;groups;ownership;shelf\n{one.Facts.Udid};;ward-b;user;07\n;{two.Facts.SerialNumber.ToLowerInvariant()};\"ward-a;ward-b\";;\n";

        Assert.Equal(["updated", "updated"], (await _imports.DevicesAsync(file, "?dryRun=true")).Results);
        Assert.Equal(["ward-a"], await GroupsAsync(one));
        Assert.Equal(["updated", "updated"], (await _imports.DevicesAsync(file)).Results);
        Assert.Equal(["ward-b"], await GroupsAsync(one));
        Assert.Equal(["ward-a", "ward-b"], await GroupsAsync(two));
        var device = (await _fleet.ViewAsync(one.Facts.Udid)).Device;
        Assert.Equal((Ownership.User, "7"), (device.Ownership, Assert.Single(device.Attributes).Text));

        var stored = await _fleet.StoredAsync();
        Assert.Equal(["unchanged", "unchanged"], (await _imports.DevicesAsync(file)).Results);
        Assert.Equal(stored, await _fleet.StoredAsync());
        Assert.Equal(new[] { $"owner {one.Facts.Udid}", $"owner {two.Facts.Udid}" }.Order(), (await ActsAsync("Import device")).Order());
    }

    [Fact]
    public async Task A_device_that_has_not_enrolled_is_expected_and_takes_its_facts_once_when_it_comes()
    {
        var facts = DeviceFacts.Of(seed: 77, number: 1);
        var file = $"serialNumber,groups,ownership,attributes.shelf\n{facts.SerialNumber},ward-b,user,3\n";
        var first = await _imports.DevicesAsync(file);
        Assert.Equal(["created"], first.Results);
        Assert.True(first.Rows[0]["expected"]!.GetValue<bool>());
        Assert.Equal(["unchanged"], (await _imports.DevicesAsync(file)).Results);
        Assert.Equal(["updated"], (await _imports.DevicesAsync($"serialNumber,shelf\n{facts.SerialNumber},4\n")).Results);
        Assert.Equal(facts.SerialNumber, Assert.Single(await _admin.ListAsync("expected-devices"))["serialNumber"]!.ToString());

        using var device = await EnrolAsync(facts, "ward-a");
        var came = (await _fleet.ViewAsync(facts.Udid)).Device;
        Assert.Equal(("ward-b", Ownership.User, "4"), (Assert.Single(came.Groups).Value, came.Ownership, Assert.Single(came.Attributes).Text));
        Assert.Empty(await _admin.ListAsync("expected-devices"));
        Assert.Equal([$"owner {facts.Udid}"], await ActsAsync("Import expected device"));

        (await _admin.PutAsync($"device-groups/ward-a/members/{facts.Udid}")).Is(HttpStatusCode.NoContent);
        using var again = await EnrolAsync(facts);
        Assert.Equal(["ward-a", "ward-b"], await GroupsAsync(again));
        Assert.Equal(["updated"], (await _imports.DevicesAsync(file)).Results);
        Assert.Equal(["ward-b"], await GroupsAsync(again));
    }

    [Fact]
    public async Task An_expected_device_can_be_expected_no_more()
    {
        var facts = DeviceFacts.Of(seed: 77, number: 2);
        await _imports.DevicesAsync($"serialNumber,groups\n{facts.SerialNumber},ward-b\n");
        (await _admin.DeleteAsync($"expected-devices/{facts.SerialNumber}")).Is(HttpStatusCode.NoContent);
        (await _admin.DeleteAsync($"expected-devices/{facts.SerialNumber}")).Refuses(HttpStatusCode.NotFound, "not-found");
        using var device = await EnrolAsync(facts, "ward-a");
        Assert.Equal(["ward-a"], await GroupsAsync(device));
    }

    [Fact]
    public async Task Only_a_device_whose_identity_is_proven_takes_what_is_expected_of_its_serial_number()
    {
        await _imports.DevicesAsync("serialNumber,groups\nNOTYETHERE1,ward-b\n");
        using var authority = DeviceAuthority.Create("Mdm.Fleet devices", DateTimeOffset.UtcNow, TimeSpan.FromDays(30), keyBits: 2048);
        using var foreign = Wire.Issue(authority, "a-reference");
        using var stranger = Wire.With(_fleet, foreign);
        Assert.Equal(HttpStatusCode.Forbidden, await AuthenticateAsync(stranger));
        Assert.Single(await _admin.ListAsync("expected-devices"));

        using var device = await Wire.NewAsync(_fleet, udid: stranger.Udid);
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync(device));
        Assert.Equal("ward-b", Assert.Single((await _fleet.ViewAsync(device.Udid)).Device.Groups).Value);
        Assert.Empty(await _admin.ListAsync("expected-devices"));

        Task<HttpStatusCode> AuthenticateAsync(Wire wire) => wire.CheckInAsync(wire.Plist(
            $"<key>MessageType</key><string>Authenticate</string><key>Topic</key><string>{TestFleet.Topic}</string><key>SerialNumber</key><string>notyethere1</string>")).StatusAsync();
    }

    [Fact]
    public async Task What_was_expected_is_taken_once_even_if_that_can_t_be_noted_at_first()
    {
        FaultyStore store = null!;
        await using var fleet = await TestFleet.StartAsync(extend: FaultyStore.Between(made => store = made));
        using var admin = new ApiClient(fleet);
        using var imports = new ImportClient(fleet);
        await admin.MakeAsync("device-groups", new { name = "Ward A", id = "ward-a" });
        await admin.MakeAsync("device-groups", new { name = "Ward B", id = "ward-b" });
        await imports.DevicesAsync("serialNumber,groups\nONCEONLY1,ward-b\n");
        using var device = await Wire.NewAsync(fleet);

        store.WriteFailure = write => write.Key.Kind == "expectedDevice" ? new StoreUnavailableException("The disk is full.") : null;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AuthenticateAsync());
        store.WriteFailure = null;
        (await admin.PutAsync($"device-groups/ward-a/members/{device.Udid}")).Is(HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync());
        Assert.Equal(["ward-a", "ward-b"], (await fleet.ViewAsync(device.Udid)).Device.Groups.Select(group => group.Value).Order(StringComparer.Ordinal));
        Assert.Empty(await admin.ListAsync("expected-devices"));

        Task<HttpStatusCode> AuthenticateAsync() => device.CheckInAsync(device.Plist(
            $"<key>MessageType</key><string>Authenticate</string><key>Topic</key><string>{TestFleet.Topic}</string><key>SerialNumber</key><string>ONCEONLY1</string>")).StatusAsync();
    }

    [Fact]
    public async Task What_is_wrong_with_a_row_is_its_own_and_the_others_are_done()
    {
        using var device = await Ward.EnrolAsync(_fleet);
        var report = await _imports.DevicesAsync($"""
            id,serialNumber,groups,ownership,shelf
            NO-SUCH-DEVICE,,ward-a,,
            ,,ward-a,,
            ,has space,ward-a,,
            {device.Facts.Udid},OTHERSERIAL,ward-a,,
            ,NEW1,no-such-group,,
            ,NEW2,,theirs,
            ,NEW3,,,three
            ,new4,,,
            ,NEW4,,,
            {device.Facts.Udid.ToLowerInvariant()},{device.Facts.SerialNumber},ward-a,,
            """);
        Assert.Equal([.. Enumerable.Repeat("failed", 7), "created", "failed", "failed"], report.Results);
        Assert.Equal(["id", "id", "serialNumber", "serialNumber", "groups", "ownership", "attributes.shelf"], Enumerable.Range(0, 7).Select(row => Assert.Single(report.Fields(row))));
        Assert.Equal("Row 9 names the same device.", report.Message(8));
        Assert.Equal("Row 5 names the same device.", report.Message(9));
        Assert.Equal("NEW4", Assert.Single(await _admin.ListAsync("expected-devices"))["serialNumber"]!.ToString());
    }

    private async Task<SimulatedDevice> EnrolAsync(DeviceFacts facts, params string[] groups)
    {
        var device = new SimulatedDevice(facts, new DeviceOptions(), _fleet.Roots, TimeProvider.System, seed: 5);
        await device.EnrolAsync(await _fleet.NewEnrolmentAsync(groups), CancellationToken.None);
        return device;
    }

    private async Task<IEnumerable<string>> GroupsAsync(SimulatedDevice device) =>
        (await _fleet.ViewAsync(device.Facts.Udid)).Device.Groups.Select(group => group.Value).Order(StringComparer.Ordinal);

    private async Task<IEnumerable<string>> ActsAsync(string act) =>
        (await _admin.GetAsync("audit?limit=1000")).Json!["items"]!.AsArray().Where(line => line!["act"]!.ToString() == act).Select(line => $"{line!["by"]} {line["key"]}");
}
