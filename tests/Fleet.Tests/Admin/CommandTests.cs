using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

public class CommandTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "BY-01")]
    public async Task Commands_are_queued_coalesced_bounded_and_answered()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await Ward.EnrolAsync(_fleet);
        var commands = $"devices/{device.Facts.Udid}/commands?push=false";
        var first = (await admin.PostAsync(commands, new { command = "SecurityInfo" })).Is(HttpStatusCode.Accepted);
        var second = (await admin.PostAsync(commands, new { command = "SecurityInfo" })).Is(HttpStatusCode.Accepted);
        Assert.Equal(first.Text("commandId"), second.Text("coalescedWith"));
        Assert.Null(first.Json!["coalescedWith"]);
        var waiting = (await admin.GetAsync($"devices/{device.Facts.Udid}")).Json!["queue"]!.AsArray();
        Assert.Equal(("SecurityInfo", "inventory", "queued"), waiting.Select(one => (one!["command"]!.ToString(), one["lane"]!.ToString(), one["state"]!.ToString())).Single());

        await device.ConnectAsync(CancellationToken.None);
        Assert.Empty((await admin.GetAsync($"devices/{device.Facts.Udid}")).Json!["queue"]!.AsArray());
        Assert.NotNull((await admin.GetAsync($"devices/{device.Facts.Udid}/inventory")).Is(HttpStatusCode.OK).Json!["SecurityInfo"]!["answer"]);

        Answer answer;
        var queued = 0;
        do
            answer = await admin.PostAsync(commands, new { command = "SetDeviceName", deviceName = $"Ward {queued++}" });
        while (answer.Status == HttpStatusCode.Accepted && queued < 1000);
        answer.Refuses(HttpStatusCode.TooManyRequests, "queue-full");
        (await admin.PostAsync(commands, new { command = "DeviceLock", message = "Return me" })).Is(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("""{"command":"SelfDestruct"}""")]
    [InlineData("""{"command":"RemoveProfile"}""")]
    [InlineData("""{}""")]
    [InlineData("""{"command":"SetDeviceName"}""")]
    [InlineData("""{"command":"DeviceLock","pin":"12"}""")]
    [InlineData("""{"command":"DeviceInformation","queries":["<x>"]}""")]
    public async Task A_command_that_no_device_would_take_is_refused(string command)
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("devices/00000000-NOTHERE/commands", JsonNode.Parse(command))).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    public async Task What_is_not_enrolled_takes_no_commands()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("devices/00000000-NOTHERE/commands", new { command = "DeviceLock" })).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PostAsync("devices/x/commands", new { command = "DeviceLock" })).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.GetAsync("devices/00000000-NOTHERE")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.GetAsync("devices/00000000-NOTHERE/log")).Refuses(HttpStatusCode.NotFound, "not-found");
    }
}
