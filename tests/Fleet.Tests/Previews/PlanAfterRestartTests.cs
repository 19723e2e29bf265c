using System.Net;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Previews;

/// <summary>The exact plan of a device whose server does not remember what it has handed out (BY-02).</summary>
public sealed class PlanAfterRestartTests
{
    [Fact]
    [Trait("Requirement", "BY-02")]
    public async Task What_waited_when_the_server_ended_is_removed_at_the_sign_out_and_the_plan_says_so()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var admin = new ApiClient(fleet);
        await Ward.OfferSignInAsync(admin);
        var team = await admin.MakeAsync("user-groups", new { name = "Planned" });
        await Ward.HireAsync(admin, "planned", team);
        using var device = await Ward.EnrolAsync(fleet);
        var mine = await admin.MakeAsync("configurations", new
        {
            name = "Mine",
            content = new { kind = "webClip", url = "https://ward.example/", label = "Mine" },
            distribution = new { to = "custom", userGroups = new[] { team } },
        });
        await Ward.SignInAsync(fleet, device, "planned");
        var path = $"devices/{device.Facts.Udid}";
        Assert.Contains($"InstallProfile {mine}", await QueueAsync(admin, path));

        await fleet.StopAsync();
        await fleet.StartAgainAsync();
        var plan = (await admin.PostAsync($"{path}/preview", new { userName = "nobody" })).Is(HttpStatusCode.OK).Json!;
        var thought = plan["commands"]!.AsArray().Select(command => $"{command!["command"]} {command["item"]}").ToList();
        Assert.Equal([$"RemoveProfile {mine}"], thought);
        (await admin.PostAsync($"{path}/sign-out", new { })).Is(HttpStatusCode.Accepted);
        Assert.Equal(await QueueAsync(admin, path), thought);
    }

    private static async Task<IEnumerable<string>> QueueAsync(ApiClient admin, string path) =>
        [.. (await admin.GetAsync(path)).Json!["queue"]!.AsArray().Select(command => $"{command!["command"]} {command["item"]}")];
}
