using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

public class DeviceTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "DC-05")]
    public async Task A_device_shows_its_owner_items_queue_and_log()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        await Ward.HireAsync(admin, "fay");
        using var device = await Ward.EnrolAsync(_fleet);
        var id = device.Facts.Udid;
        await Ward.SignInAsync(_fleet, device, "fay");
        var shown = (await admin.GetAsync($"devices/{id}")).Is(HttpStatusCode.OK).Json!;

        Assert.Equal(("enrolled", "fay", "Nurse fay"), (shown["status"]!.ToString(), shown["owner"]!["userName"]!.ToString(), shown["ownerName"]!.ToString()));
        Assert.StartsWith(new Uri(_fleet.PublicUrl, "/signin/").AbsoluteUri, shown["signInUrl"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains(shown["desired"]!.AsArray(), item => item!["item"]!.ToString() == "multi-user-sign-in" && item["why"]!.ToString() == "everyone");
        Assert.Contains(shown["ledger"]!.AsArray(), item => item!["item"]!.ToString() == "multi-user-sign-in");
        Assert.True(shown["push"]!["valid"]!.GetValue<bool>());
        Assert.Equal([id], (await admin.GetAsync("users/fay")).Json!["devices"]!.AsArray().Select(one => one!.ToString()));

        var log = (await admin.GetAsync($"devices/{id}/log?limit=200")).Is(HttpStatusCode.OK).Json!["items"]!.AsArray();
        Assert.Equal("fay", log.First(line => line!["type"]!.ToString() == "signIn")!["data"]!["userName"]!.ToString());
        Assert.Contains(log, line => line!["type"]!.ToString() == "enrolled");
        Assert.Equal(log.Select(Cursor).OrderDescending(), log.Select(Cursor));
        var older = (await admin.GetAsync($"devices/{id}/log?limit=1")).Json!;
        Assert.Equal(log[0]!["cursor"]!.ToString(), older["next"]!.ToString());
        Assert.Equal(Cursor(log[1]), Cursor((await admin.GetAsync($"devices/{id}/log?limit=1&before={older["next"]}")).Json!["items"]![0]));
    }

    [Fact]
    [Trait("Requirement", "MU-03")]
    public async Task An_admin_ends_a_session_and_the_device_is_nobodys()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        await Ward.HireAsync(admin, "gus");
        using var device = await Ward.EnrolAsync(_fleet);
        var id = device.Facts.Udid;
        await Ward.SignInAsync(_fleet, device, "gus");
        Assert.Equal([id], (await admin.ListAsync("devices?owner=gus&status=enrolled")).Select(Id));
        Assert.Contains(id, (await admin.ListAsync("devices?people=true")).Select(Id));

        (await admin.PostAsync($"devices/{id}/sign-out")).Is(HttpStatusCode.Accepted);
        Assert.Empty(await admin.ListAsync("devices?owner=gus"));
        Assert.Equal("nobody", (await admin.GetAsync($"devices/{id}")).Json!["owner"]!["userName"]!.ToString());
        Assert.Empty((await admin.GetAsync("users/gus")).Json!["devices"]!.AsArray());
        (await admin.PostAsync($"devices/{id}/sign-out")).Is(HttpStatusCode.Accepted);
        (await admin.PostAsync("devices/00000000-NOTHERE/sign-out")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    [Trait("Requirement", "MU-02")]
    public async Task What_is_distributed_to_a_group_follows_its_members_to_the_device_they_hold()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        var group = await admin.MakeAsync("user-groups", new { name = "Pharmacists" });
        var item = await admin.MakeAsync("configurations", new { name = "Pharmacy", content = new { kind = "wifi", ssid = "Pharmacy" }, distribution = new { to = "custom", userGroups = new[] { group } } });
        await Ward.HireAsync(admin, "lou");
        using var device = await Ward.EnrolAsync(_fleet);
        await Ward.SignInAsync(_fleet, device, "lou");
        Assert.DoesNotContain(item, await DesiredAsync(admin, device.Facts.Udid));

        (await admin.PutAsync($"user-groups/{group}/members/lou")).Is(HttpStatusCode.NoContent);
        Assert.Contains(item, await DesiredAsync(admin, device.Facts.Udid));
        (await admin.DeleteAsync($"user-groups/{group}")).Is(HttpStatusCode.NoContent);
        Assert.DoesNotContain(item, await DesiredAsync(admin, device.Facts.Udid));
        Assert.Empty((await admin.GetAsync($"configurations/{item}")).Json!["distribution"]!["userGroups"]!.AsArray());
    }

    [Fact]
    [Trait("Requirement", "MU-18")]
    public async Task Deleting_or_disabling_a_person_frees_the_device_they_hold()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        using var device = await Ward.EnrolAsync(_fleet);
        var path = $"devices/{device.Facts.Udid}";
        await Ward.HireAsync(admin, "max");
        await Ward.SignInAsync(_fleet, device, "max");
        (await admin.PutAsync("users/max", new { displayName = "Max", enabled = false })).Is(HttpStatusCode.OK);
        Assert.Equal("nobody", (await admin.GetAsync(path)).Json!["owner"]!["userName"]!.ToString());

        (await admin.PutAsync("users/max", new { displayName = "Max", enabled = true })).Is(HttpStatusCode.OK);
        await Ward.SignInAsync(_fleet, device, "max");
        (await admin.DeleteAsync("users/max")).Is(HttpStatusCode.NoContent);
        Assert.Equal("nobody", (await admin.GetAsync(path)).Json!["owner"]!["userName"]!.ToString());
    }

    [Fact]
    public async Task Devices_are_found_by_status_serial_group_and_words()
    {
        using var admin = new ApiClient(_fleet);
        var group = await admin.MakeAsync("device-groups", new { name = "Found" });
        using var device = await Ward.EnrolAsync(_fleet);
        var id = device.Facts.Udid;
        (await admin.PutAsync($"device-groups/{group}/members/{id}")).Is(HttpStatusCode.NoContent);

        var row = Assert.Single(await admin.ListAsync($"devices?group={group}&status=enrolled&owner=nobody&handOver=none"));
        Assert.Equal((id, device.Facts.SerialNumber, "nobody"), (Id(row), row["serial"]!.ToString(), row["owner"]!.ToString()));
        Assert.Equal([id], (await admin.ListAsync($"devices?q={device.Facts.SerialNumber.ToLowerInvariant()}")).Select(Id));
        Assert.Equal([id], (await admin.ListAsync($"devices?q={device.Facts.SerialNumber}%20nobody")).Select(Id));
        Assert.Equal([id], (await admin.ListAsync($"device-groups/{group}/members")).Select(Id));
        Assert.Equal([group], (await admin.GetAsync($"devices/{id}")).Json!["groups"]!.AsArray().Select(one => one!.ToString()));
        (await admin.GetAsync("devices?status=lost")).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.GetAsync("devices?handOver=late")).Refuses(HttpStatusCode.BadRequest, "invalid");

        (await admin.DeleteAsync($"device-groups/{group}/members/{id}")).Is(HttpStatusCode.NoContent);
        Assert.Empty(await admin.ListAsync($"device-groups/{group}/members"));
        (await admin.PutAsync($"device-groups/{group}/members/00000000-NOTHERE")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PutAsync($"device-groups/no-such/members/{id}")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_device_is_retired_once()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await Ward.EnrolAsync(_fleet);
        var path = $"devices/{device.Facts.Udid}";
        (await admin.PostAsync($"{path}/retry", new { })).Is(HttpStatusCode.Accepted);
        (await admin.PostAsync($"{path}/retry")).Is(HttpStatusCode.Accepted);
        (await admin.PostAsync($"{path}/retire")).Is(HttpStatusCode.Accepted);
        Assert.Contains((await admin.GetAsync(path)).Text("status"), new[] { "retiring", "retired" });
        await device.ConnectAsync(CancellationToken.None);
        Assert.Equal("retired", (await admin.GetAsync(path)).Text("status"));
        (await admin.PostAsync($"{path}/retire")).Refuses(HttpStatusCode.Conflict, "not-enrolled");
        (await admin.PostAsync($"{path}/commands", new { command = "DeviceLock" })).Refuses(HttpStatusCode.Conflict, "not-managed");
    }

    [Fact]
    public async Task The_overview_counts_devices_by_who_holds_them()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var admin = new ApiClient(fleet);
        await Ward.OfferSignInAsync(admin);
        await Ward.HireAsync(admin, "hal");
        using var held = await Ward.EnrolAsync(fleet);
        using var free = await Ward.EnrolAsync(fleet);
        await Ward.SignInAsync(fleet, held, "hal");
        var overview = (await admin.GetAsync("overview")).Is(HttpStatusCode.OK).Json!;
        Assert.Equal(2, overview["devices"]!["enrolled"]!.GetValue<int>());
        Assert.Equal((1, 1), (overview["owners"]!["nobody"]!.GetValue<int>(), overview["owners"]!["people"]!.GetValue<int>()));
        Assert.Equal(["push-certificate-missing"], overview["warnings"]!.AsArray().Select(warning => warning!["code"]!.ToString()));
    }

    private static async Task<IEnumerable<string>> DesiredAsync(ApiClient admin, string device) =>
        (await admin.GetAsync($"devices/{device}")).Is(HttpStatusCode.OK).Json!["desired"]!.AsArray().Select(want => want!["item"]!.ToString());

    private static string Id(JsonObject row) => row["id"]!.ToString();

    private static long Cursor(JsonNode? line) => line!["cursor"]!.GetValue<long>();
}
