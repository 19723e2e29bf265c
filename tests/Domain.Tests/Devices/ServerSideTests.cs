using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Enrollment;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>Items that no device gets anything of: enrolment kinds and policies.</summary>
public sealed class ServerSideTests
{
    private readonly World _world = new(1);

    [Fact]
    [Trait("Requirement", "UG-12")]
    public void What_is_not_sent_is_desired_and_never_queued_nor_kept_and_keeps_nobody_from_being_ready()
    {
        _world.Publish(ServerSide("mam", Items.To("nurses")), Items.Profile("wifi", Items.To("nurses")));
        _world.Enrol();
        _world.SignIn("anna", "nurses");
        Assert.Equal(2, Desired.Of(_world.Catalog, _world.Device).Length);
        _world.Connect();
        Assert.Empty(_world.Device.Queue);
        Assert.Equal(["wifi"], _world.Device.Ledger.Select(entry => entry.Item.Value));
        Assert.True(_world.Device.WasReady);
    }

    [Fact]
    [Trait("Requirement", "UG-12")]
    public void A_profile_that_becomes_an_item_which_is_not_sent_leaves_the_device()
    {
        _world.Publish(Items.Profile("wifi", Items.Everyone));
        _world.Enrol();
        _world.Connect();
        Assert.Contains("test.item.wifi", _world.Profiles.Keys);
        _world.Publish(ServerSide("wifi", Items.Everyone));
        _world.Connect();
        Assert.DoesNotContain("test.item.wifi", _world.Profiles.Keys);
        Assert.Empty(_world.Device.Ledger);
    }

    [Fact]
    [Trait("Requirement", "UG-13")]
    public void A_policy_on_apps_asks_for_them_once_when_it_begins_to_apply_and_again_in_the_next_session()
    {
        _world.Publish(ServerSide("apps", Items.To("nurses"), needsApps: true), ServerSide("os", Items.Everyone));
        _world.Enrol();
        Assert.Null(_world.Device.AppWatch);
        _world.SignIn("anna", "nurses");
        Assert.Equal([false], Asked());
        var asked = _world.Device.AppWatch;
        Assert.Equal(_world.Now, asked!.AskedAt);
        _world.Pass(TimeSpan.FromHours(1));
        _world.Connect();
        _world.Plan();
        Assert.Empty(_world.Device.Queue);
        Assert.Equal(asked, _world.Device.AppWatch);

        _world.SignOut();
        Assert.Null(_world.Device.AppWatch);
        _world.SignIn("berta", "nurses");
        Assert.Equal([false], Asked());
        Assert.Equal(_world.Now, _world.Device.AppWatch!.AskedAt);
    }

    [Fact]
    [Trait("Requirement", "UG-13")]
    public void A_question_that_waits_already_serves_the_policy_too()
    {
        _world.Enrol();
        _world.Ask(new CommandBody.InstalledApplicationList());
        _world.Publish(ServerSide("apps", Items.Everyone, needsApps: true));
        Assert.Equal([false], Asked());
        Assert.NotNull(_world.Device.AppWatch);
    }

    [Fact]
    [Trait("Requirement", "UG-13")]
    public void A_device_that_enrols_anew_is_asked_anew()
    {
        _world.Publish(ServerSide("apps", Items.Everyone, needsApps: true));
        _world.Enrol();
        _world.Connect();
        _world.Pass(TimeSpan.FromDays(1));
        _world.Enrol();
        Assert.Equal(_world.Now, _world.Device.AppWatch!.AskedAt);
        Assert.Equal([false], Asked());
    }

    [Fact]
    [Trait("Requirement", "UG-13")]
    public void A_user_enrolled_device_is_asked_for_managed_apps_only()
    {
        _world.Publish(ServerSide("apps", Items.Everyone, needsApps: true));
        _world.Enrol(EnrollmentKind.User);
        _world.Ask(new CommandBody.InstalledApplicationList());
        Assert.Equal([true], Asked());
    }

    /// <summary>Whether the lists of apps that wait are of managed apps only.</summary>
    private IEnumerable<bool> Asked() =>
        _world.Device.Queue.Select(queued => queued.Body).OfType<CommandBody.InstalledApplicationList>().Select(list => list.ManagedAppsOnly);

    private static Item ServerSide(string id, Distribution to, bool needsApps = false) =>
        new(ItemId.Parse(id), ItemKind.Policy, id, "1", new Delivery.ServerSide(needsApps), to);
}
