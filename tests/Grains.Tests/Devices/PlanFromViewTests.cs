using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Grains.Tests.Hosting;

namespace Mdm.Fleet.Grains.Tests.Devices;

/// <summary>A device's view tells all that its own rules know: a plan thought out with it is the plan that is then made (BY-02).</summary>
[Trait("Requirement", "BY-02")]
public sealed class PlanFromViewTests : IAsyncLifetime
{
    private Hosting.Fleet _fleet = null!;
    private Pad _pad = null!;

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync();
        await _fleet.Catalog.PutUserGroup(new Group(GroupId.Parse("nurses"), "Nurses"));
        await _fleet.PublishAsync("mail", To.Users("nurses"));
        await _fleet.PublishAsync("charts", To.Users("nurses"));
        await _fleet.FannedOutAsync();
        _pad = new Pad(_fleet, "DEVICE-0001");
        await _pad.EnrolAsync();
        await _pad.SignInAsync("anna", "nurses");
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    public async Task What_was_not_handed_out_needs_no_removal()
    {
        Assert.Empty((await _pad.Grain.View()).MayBeHandedOut);
        Assert.Equal([], await SignOutAsThoughtAsync());
    }

    [Fact]
    public async Task What_was_handed_out_is_removed()
    {
        await _pad.IdleAsync();
        Assert.Single((await _pad.Grain.View()).MayBeHandedOut);
        Assert.Equal(["RemoveProfile"], await SignOutAsThoughtAsync());
    }

    [Fact]
    public async Task After_a_restart_all_that_waits_may_have_been_handed_out()
    {
        await _fleet.RestartAsync();
        Assert.Equal((2, 0), ((await _pad.Grain.View()).MayBeHandedOut.Length, (await _pad.Grain.View()).HandedOut.Length));
        Assert.Equal(["RemoveProfile", "RemoveProfile"], await SignOutAsThoughtAsync());
    }

    [Fact]
    public async Task The_persons_last_sign_is_told_as_far_as_it_is_known()
    {
        var seen = _fleet.Time.GetUtcNow();
        await _pad.Grain.Visit();
        Assert.Equal(seen, (await _pad.Grain.View()).ActiveAt);
        await _fleet.RestartAsync();
        Assert.Null((await _pad.Grain.View()).ActiveAt);
    }

    private async Task<IEnumerable<string>> SignOutAsThoughtAsync()
    {
        var view = await _pad.Grain.View();
        var context = new RuleContext(_fleet.Time.GetUtcNow(), await _fleet.Catalog.Read(), Guid.NewGuid, view.MayBeHandedOut.Contains) { ActiveAt = view.ActiveAt };
        var free = Sessions.SignOut(view.Device, view.Device.Epoch, "thought", context).Next;
        var thought = Commands(Planner.Plan(free, context).Transition.Next);
        var queued = Commands((await _pad.Grain.ForceSignOut("ann", 0)).Device);
        Assert.Equal(queued, thought);
        return queued.Select(command => command.RequestType);
    }

    private static List<Domain.Commands.CommandBody> Commands(Device device) => [.. device.Queue.Select(command => command.Body)];
}
