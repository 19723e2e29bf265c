using Mdm.Fleet.Protocol.Plist;
using static Mdm.Fleet.LoadSim.Tests.Devices.ScriptedServer;

namespace Mdm.Fleet.LoadSim.Tests.Devices;

public sealed class SettingsTests
{
    [Fact]
    [Trait("Requirement", "BY-09")]
    public async Task An_unsupervised_iPad_keeps_its_name_and_refuses_that_item_inside_an_acknowledged_command()
    {
        await using var server = await StartAsync();
        using var device = EnrolledDevice.At(server, TimeProvider.System);
        server.Answers(
            Answer.Command("A", "Settings", ("Settings", PlistValue.Array.Of(
                PlistValue.Dict.Of(("Item", "DeviceName"), ("DeviceName", "Ward 3")),
                PlistValue.Dict.Of(("Item", "OrganizationInfo"))))),
            Answer.Command("B", "DeviceInformation", ("Queries", PlistValue.Array.Of("DeviceName"))));

        await device.ConnectAsync(CancellationToken.None);

        await server.NextAsync();
        var result = await server.NextAsync();
        Assert.Equal("Acknowledged", result.GetString("Status"));
        var items = result.GetArray("Settings").Cast<PlistValue.Dict>().ToArray();
        Assert.Equal(["Error", "Acknowledged"], items.Select(item => item.GetString("Status")));
        Assert.Single(items[0].GetArray("ErrorChain"));
        var information = await server.NextAsync();
        Assert.Equal(device.Facts.DeviceName, information.GetDict("QueryResponses")!.GetString("DeviceName"));
    }
}
