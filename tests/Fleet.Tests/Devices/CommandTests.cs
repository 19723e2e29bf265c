using System.Net;
using System.Security.Cryptography.Pkcs;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.Protocol.Commands;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Fleet.Tests.Devices;

/// <summary>What a device is handed, byte by byte.</summary>
public class CommandTests
{
    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task An_item_reaches_the_device_as_a_profile_signed_by_the_installation()
    {
        await using var fleet = await TestFleet.StartAsync();
        await DistributeAsync(fleet, "ward-wifi", "Ward Wi-Fi", new ConfigurationContent.WiFi("ward", WiFiSecurity.WPA2, "password"));
        using var wire = await (await Wire.NewAsync(fleet)).EnrolledAsync();

        var install = Assert.IsType<InstallProfile>((await CommandsAsync(wire)).Single(command => command is InstallProfile));

        var signed = new SignedCms();
        signed.Decode(install.Payload.Span);
        signed.CheckSignature(verifySignatureOnly: true);
        Assert.Equal(fleet.Keys.ProfileSigner.RawData, signed.SignerInfos[0].Certificate!.RawData);
        var profile = Assert.IsType<PlistValue.Dict>(PlistValue.Read(signed.ContentInfo.Content));
        Assert.Equal(fleet.Keys.Installation.IdentifierOf(ItemId.Parse("ward-wifi")), profile.GetString("PayloadIdentifier"));
        Assert.Equal("Ward Wi-Fi", profile.GetString("PayloadDisplayName"));
    }

    [Fact]
    [Trait("Requirement", "MU-10")]
    public async Task The_sign_in_web_clip_carries_the_device_s_own_address()
    {
        await using var fleet = await TestFleet.StartAsync();
        var configuration = fleet.Grains.GetGrain<IConfiguration>(IConfiguration.MultiUserSignIn);
        await configuration.View();
        await configuration.Distribute(new Distribution.All(), null, "test");
        var addresses = new List<Uri>();
        foreach (var number in (int[])[1, 2])
        {
            var facts = LoadSim.Devices.DeviceFacts.Of(seed: 11, number);
            using var device = new SimulatedDevice(facts, new DeviceOptions(), fleet.Roots, TimeProvider.System, seed: number);
            await device.EnrolAsync(await fleet.NewEnrolmentAsync(), CancellationToken.None);
            await device.ConnectAsync(CancellationToken.None);
            var address = device.Contents.SignInUrl();
            Assert.Equal(new Uri(fleet.PublicUrl, "/signin/" + (await fleet.ViewAsync(facts.Udid)).Device.SignInToken), address);
            addresses.Add(address!);
        }

        Assert.Equal(2, addresses.Distinct().Count());
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task A_payload_that_can_t_be_rendered_is_refused_by_name_and_holds_up_nothing()
    {
        await using var fleet = await TestFleet.StartAsync();
        await DistributeAsync(fleet, "a-broken", "Broken", new ConfigurationContent.Certificate(new byte[] { 1, 2, 3 }, IsRoot: true));
        await DistributeAsync(fleet, "b-good", "Good", new ConfigurationContent.WiFi("ward"));
        using var wire = await (await Wire.NewAsync(fleet)).EnrolledAsync();

        Assert.Single(await CommandsAsync(wire), command => command is InstallProfile);

        var view = await fleet.ViewAsync(wire.Udid);
        var broken = Assert.Single(view.Desired, item => item.Id.Value == "a-broken");
        Assert.False(string.IsNullOrEmpty(broken.Detail));
        Assert.DoesNotContain(view.Device.Queue, command => command.Body.Item?.Value == "a-broken");
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task Every_command_of_an_admin_is_rendered_with_what_it_needs()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var wire = await (await Wire.NewAsync(fleet)).EnrolledAsync();
        Assert.Equal(HttpStatusCode.OK, await wire.CheckInAsync(wire.Plist(
            $"<key>MessageType</key><string>TokenUpdate</string><key>Topic</key><string>{TestFleet.Topic}</string><key>Token</key><data>AAECAwQFBgc=</data><key>PushMagic</key><string>magic</string><key>UnlockToken</key><data>c2VjcmV0</data>")).StatusAsync());
        await CommandsAsync(wire);
        CommandBody[] bodies =
        [
            new CommandBody.DeviceLock("Please return me", "555"), new CommandBody.ClearPasscode(), new CommandBody.SetDeviceName("Ward 3"),
            new CommandBody.SecurityInfo(), new CommandBody.CertificateList(), new CommandBody.InstalledApplicationList(), new CommandBody.DeviceInformation(["OSVersion"]),
        ];
        foreach (var body in bodies)
            Assert.Equal(EnqueueResult.Queued, (await fleet.Grains.GetGrain<IDevice>(wire.Udid).Enqueue(new EnqueueRequest(body, Push: false, "test"))).Result);

        var commands = await CommandsAsync(wire);

        Assert.Contains(new DeviceLock("Please return me", "555"), commands);
        Assert.Equal("secret"u8.ToArray(), Assert.Single(commands.OfType<ClearPasscode>()).UnlockToken.ToArray());
        Assert.Equal(new DeviceNameSetting("Ward 3"), Assert.Single(Assert.Single(commands.OfType<Protocol.Commands.Settings>()).Items));
        Assert.Contains(commands, command => command is SecurityInfo);
        Assert.Contains(commands, command => command is CertificateList);
        Assert.Contains(commands, command => command is InstalledApplicationList);
        Assert.Equal("OSVersion", Assert.Single(Assert.Single(commands.OfType<DeviceInformation>()).Queries));
        Assert.Empty((await fleet.ViewAsync(wire.Udid)).Device.Queue);
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task What_an_inventory_answer_says_is_kept_as_JSON_within_bounds()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var wire = await (await Wire.NewAsync(fleet)).EnrolledAsync();
        await CommandsAsync(wire);
        var device = fleet.Grains.GetGrain<IDevice>(wire.Udid);
        await device.Enqueue(new EnqueueRequest(new CommandBody.InstalledApplicationList(), Push: false, "test"));
        var apps = string.Concat(Enumerable.Range(0, 5_000).Select(i =>
            $"<dict><key>Identifier</key><string>example.app{i:D5}.{new string('x', 60)}</string><key>Name</key><string>App &lt;{i}&gt;</string></dict>"));

        await CommandsAsync(wire, _ => $"<key>InstalledApplicationList</key><array>{apps}</array>");

        var inventory = await fleet.Grains.GetGrain<IDeviceInventory>(wire.Udid).Read();
        Assert.InRange(inventory.Length, 100_000, 300_000);
        using var json = System.Text.Json.JsonDocument.Parse(inventory);
        var answer = json.RootElement.GetProperty("InstalledApplicationList").GetProperty("answer");
        Assert.True(answer.GetProperty("truncated").GetBoolean());
        Assert.Equal(5_000, answer.GetProperty("count").GetInt32());
        Assert.Equal("App <0>", answer.GetProperty("applications")[0].GetProperty("name").GetString());
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task A_certificate_list_that_holds_no_certificate_still_completes_its_command()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var wire = await (await Wire.NewAsync(fleet)).EnrolledAsync();
        await CommandsAsync(wire);
        await fleet.Grains.GetGrain<IDevice>(wire.Udid).Enqueue(new EnqueueRequest(new CommandBody.CertificateList(), Push: false, "test"));

        await CommandsAsync(wire, _ => "<key>CertificateList</key><array><dict><key>CommonName</key><string>x</string><key>Data</key><data>AAAA</data></dict></array>");

        Assert.Empty((await fleet.ViewAsync(wire.Udid)).Device.Queue);
    }

    private static async Task DistributeAsync(TestFleet fleet, string id, string name, ConfigurationContent content) =>
        Assert.True(await fleet.Grains.GetGrain<IConfiguration>(id).Create(
            new ConfigurationSpec(name, content, null, new Distribution.All(), Enabled: true, Required: true), "test"));

    /// <summary>Connects and acknowledges whatever it is handed, until there is nothing more.</summary>
    private static async Task<List<Command>> CommandsAsync(Wire wire, Func<Command, string>? answer = null)
    {
        var commands = new List<Command>();
        var body = await (await wire.IdleAsync()).Content.ReadAsByteArrayAsync();
        while (body.Length > 0)
        {
            Assert.True(commands.Count < 50, "The queue does not end.");
            var (id, command) = Command.Decode(body);
            commands.Add(command);
            var keys = $"<key>Status</key><string>Acknowledged</string><key>CommandUUID</key><string>{id}</string>{answer?.Invoke(command)}";
            using var response = await wire.ConnectAsync(wire.Plist(keys));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            body = await response.Content.ReadAsByteArrayAsync();
        }

        return commands;
    }
}
