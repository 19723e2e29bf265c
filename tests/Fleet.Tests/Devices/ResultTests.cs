using System.Net;
using System.Text.Json;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Protocol.Commands;

namespace Mdm.Fleet.Fleet.Tests.Devices;

/// <summary>A result that the server can't keep still ends its command: the device would repeat it for ever.</summary>
[Trait("Requirement", "PR-08")]
public class ResultTests
{
    [Fact]
    public async Task A_huge_key_of_an_inventory_answer_is_cut()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var wire = await AskedAsync(fleet);
        var key = new string('k', 5_000_000);

        var left = await AnswerAsync(wire, $"<key>SecurityInfo</key><dict><key>{key}</key><true/><key>Inner</key><dict><key>{key}</key><string>é{key}</string></dict></dict>");

        Assert.Empty(left);
        Assert.Empty((await fleet.ViewAsync(wire.Udid)).Device.Queue);
        using var json = JsonDocument.Parse(await fleet.Grains.GetGrain<IDeviceInventory>(wire.Udid).Read());
        var answer = json.RootElement.GetProperty("SecurityInfo").GetProperty("answer");
        Assert.True(answer.GetProperty(new string('k', 256)).GetBoolean());
    }

    [Fact]
    public async Task A_cut_never_parts_a_character()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var wire = await AskedAsync(fleet);
        var text = "x" + string.Concat(Enumerable.Repeat("😀", 2_000));

        Assert.Empty(await AnswerAsync(wire, $"<key>SecurityInfo</key><dict><key>{text}</key><string>{text}</string></dict>"));
        Assert.Empty((await fleet.ViewAsync(wire.Udid)).Device.Queue);
    }

    [Fact]
    public async Task A_result_that_the_store_refuses_completes_its_command()
    {
        FaultyStore? store = null;
        await using var fleet = await TestFleet.StartAsync(extend: FaultyStore.Between(faulty => store = faulty));
        using var wire = await AskedAsync(fleet);
        store!.WriteFailure = write => write.Key.Kind == "deviceInventory" ? new ArgumentException("A record's body is too large.") : null;

        Assert.Empty(await AnswerAsync(wire, "<key>SecurityInfo</key><dict><key>PasscodePresent</key><true/></dict>"));
        Assert.Empty((await fleet.ViewAsync(wire.Udid)).Device.Queue);
    }

    /// <summary>An enrolled device that has answered all it was asked but one SecurityInfo.</summary>
    private static async Task<Wire> AskedAsync(TestFleet fleet)
    {
        var wire = await (await Wire.NewAsync(fleet)).EnrolledAsync();
        await wire.AcknowledgeAllAsync();
        await fleet.Grains.GetGrain<IDevice>(wire.Udid).Enqueue(new EnqueueRequest(new CommandBody.SecurityInfo(), Push: false, "test"));
        return wire;
    }

    private static async Task<byte[]> AnswerAsync(Wire wire, string keys) =>
        await BodyAsync(wire.ConnectAsync(Acknowledged(wire, await BodyAsync(wire.IdleAsync()), keys)));

    private static string Acknowledged(Wire wire, byte[] command, string keys = "") =>
        wire.Plist($"<key>Status</key><string>Acknowledged</string><key>CommandUUID</key><string>{Command.Decode(command).CommandUuid}</string>{keys}");

    private static async Task<byte[]> BodyAsync(Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync();
    }
}
