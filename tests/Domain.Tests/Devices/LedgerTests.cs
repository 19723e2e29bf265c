using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>The ledger: what we distributed, what a list showed, what the device refused and when that is tried again.</summary>
public sealed class LedgerTests
{
    private static readonly ItemId Wifi = ItemId.Parse("wifi");
    private static readonly ItemId Mail = ItemId.Parse("mail");

    private readonly World _world = new(1);

    public LedgerTests()
    {
        _world.Enrol();
        _world.Connect();
    }

    private LedgerEntry Entry => _world.Device.Entry(Wifi)!;

    [Fact]
    public void What_we_did_not_distribute_is_never_removed()
    {
        _world.Apps["app.private"] = 0;
        _world.Publish(Items.Profile("wifi", Items.Everyone));
        _world.Connect();
        _world.Publish();
        _world.Connect();
        Assert.Equal(["personal.vpn", World.EnrollmentProfile], _world.Profiles.Keys.Order());
        Assert.Equal(["app.private"], _world.Apps.Keys);
        Assert.Empty(_world.Device.Ledger);
    }

    [Fact]
    public void An_accepted_install_is_unknown_until_a_list_shows_it()
    {
        _world.Publish(Items.Profile("wifi", Items.Everyone));
        _world.Obey(_world.HandOut());
        Assert.Equal(Presence.Unknown, Entry.Presence);
        Assert.IsType<CommandBody.ProfileList>(_world.HandOut().Body);
        _world.Connect();
        Assert.Equal((Presence.Present, "1"), (Entry.Presence, Entry.Revision));
    }

    [Fact]
    public void A_refusal_is_tried_again_after_an_hour_and_then_after_a_day_each()
    {
        Refused();
        AssertTriedAfter(TimeSpan.FromHours(1));
        AssertTriedAfter(TimeSpan.FromHours(24));
        AssertTriedAfter(TimeSpan.FromHours(24));
        Assert.Equal(4, Entry.Last!.Tries);
    }

    [Fact]
    public void A_new_revision_other_facts_and_an_admins_retry_each_try_again_at_once()
    {
        Refused();
        _world.Publish(Items.Profile("wifi", Items.Everyone, "2"));
        Assert.Equal(1, _world.Connect());
        _world.Retry();
        Assert.Equal(1, _world.Connect());
        _world.Ask(new CommandBody.DeviceInformation([]));
        Inform(new DeviceFacts(OsVersion: "19.0"));
        Assert.Equal(1, _world.Connect());
        _world.Ask(new CommandBody.DeviceInformation([]));
        Inform(new DeviceFacts(Name: "Another name", OsVersion: "19.0"));
        Assert.Equal(0, _world.Connect());
    }

    [Fact]
    public void What_was_not_told_stays_as_it_was()
    {
        _world.Ask(new CommandBody.DeviceInformation([]));
        Inform(new DeviceFacts(Supervised: true, OsVersion: "19.0"));
        _world.Ask(new CommandBody.DeviceInformation(["DeviceName"]));
        Inform(new DeviceFacts(Name: "Ward 3"));
        Assert.Equal((true, "19.0", "Ward 3"), (_world.Device.Facts.Supervised, _world.Device.Facts.OsVersion, _world.Device.Facts.Name));
    }

    [Fact]
    public void A_command_that_the_device_finds_malformed_is_not_repeated_by_itself()
    {
        _world.Publish(Items.Profile("wifi", Items.Everyone));
        _world.Hear(new CommandReport(_world.HandOut().Id, ReportStatus.CommandFormatError));
        _world.Pass(TimeSpan.FromDays(30));
        _world.Plan();
        Assert.Empty(_world.Device.Queue);
        Assert.Null(_world.LookAgainAt);
        _world.Publish(Items.Profile("wifi", Items.Everyone, "2"));
        Assert.Single(_world.Device.Queue);
        _world.Hear(new CommandReport(_world.HandOut().Id, ReportStatus.CommandFormatError));
        _world.Publish();
        Assert.Empty(_world.Device.Ledger);
    }

    [Fact]
    public void A_profile_that_the_person_removed_is_put_back_once_a_list_shows_that_it_is_gone()
    {
        _world.Publish(Items.Profile("wifi", Items.Everyone));
        _world.Connect();
        _world.Profiles.Remove("test.item.wifi");
        _world.Ask(new CommandBody.ProfileList());
        _world.Connect();
        Assert.Contains("test.item.wifi", _world.Profiles.Keys);
        Assert.Equal(Presence.Present, Entry.Presence);
    }

    [Fact]
    public void An_app_may_take_its_time_and_is_looked_at_ever_more_rarely()
    {
        _world.AppSays["app.mail"] = "Installing";
        _world.Publish(Items.App("mail", Items.Everyone));
        var pauses = new List<TimeSpan>();
        for (var look = 0; look < 12; look++)
        {
            _world.Connect();
            pauses.Add(_world.LookAgainAt!.Value - _world.Now);
            _world.Pass(pauses[^1]);
            _world.Plan();
        }

        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(TimeSpan.FromMinutes(5), pauses[^1]);
        _world.AppSays.Clear();
        _world.Connect();
        Assert.Equal(Presence.Present, _world.Device.Entry(Mail)!.Presence);
    }

    [Fact]
    public void An_app_that_a_person_rejected_is_offered_to_the_next_person()
    {
        _world.AppSays["app.mail"] = "UserRejected";
        _world.Publish(Items.App("mail", Items.To("nurses")));
        _world.SignIn("anna", "nurses");
        LookAtApps();
        Assert.True(_world.Device.Entry(Mail)!.Last is { Refusal: "UserRejected", ByPerson: true });
        Assert.Equal(0, _world.Connect());
        _world.SignOut();
        _world.SignIn("bert", "nurses");
        Assert.Contains(_world.Device.Queue, queued => queued.Body is CommandBody.InstallApplication);
    }

    [Fact]
    public void An_install_that_is_accepted_and_never_shown_becomes_a_refusal_that_keeps_its_count()
    {
        _world.AppSays["app.mail"] = "Unknown";
        _world.Publish(Items.App("mail", Items.Everyone));
        LookAtApps();
        Assert.Equal(1, _world.Device.Entry(Mail)!.Last!.Tries);
        _world.Pass(TimeSpan.FromHours(1));
        _world.Plan();
        LookAtApps();
        Assert.Equal(2, _world.Device.Entry(Mail)!.Last!.Tries);
        Assert.Equal(_world.LookAgainAt, _world.Device.Entry(Mail)!.Last!.RetryAt);
        Assert.True(_world.LookAgainAt - _world.Now > TimeSpan.FromHours(20));
    }

    [Fact]
    public void A_devices_reason_is_kept_bounded()
    {
        _world.Publish(Items.Profile("wifi", Items.Everyone));
        _world.Hear(new CommandReport(_world.HandOut().Id, ReportStatus.Error, new string('x', 10_000)));
        Assert.Equal(200, Entry.Last!.Refusal!.Length);
    }

    private void Refused()
    {
        _world.Refuses.Add("test.item.wifi");
        _world.Publish(Items.Profile("wifi", Items.Everyone));
        Assert.Equal(1, _world.Connect());
        Assert.Equal("refused", Entry.Last!.Refusal);
    }

    private void AssertTriedAfter(TimeSpan pause)
    {
        Assert.Equal(_world.Now + pause, _world.LookAgainAt);
        _world.Pass(pause - TimeSpan.FromSeconds(1));
        _world.Plan();
        Assert.Equal(0, _world.Connect());
        _world.Pass(TimeSpan.FromSeconds(1));
        _world.Plan();
        Assert.Equal(1, _world.Connect());
    }

    private void Inform(DeviceFacts facts) =>
        _world.Hear(new CommandReport(_world.HandOut().Id, ReportStatus.Acknowledged, null, new ReportContent.Information(facts)));

    private void LookAtApps()
    {
        for (var look = 0; look < 5; look++)
        {
            _world.Connect();
            _world.Pass(TimeSpan.FromSeconds(30));
            _world.Plan();
        }
    }
}
