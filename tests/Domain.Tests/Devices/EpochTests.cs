using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>Every command carries its session; the end of the session voids it at once (BY-01).</summary>
public sealed class EpochTests
{
    private readonly World _world = new(1);

    public EpochTests()
    {
        _world.Publish(Items.Profile("charts", Items.To("nurses")));
        _world.Enrol();
        _world.Connect();
    }

    [Fact]
    [Trait("Requirement", "BY-01")]
    public void A_sign_out_voids_what_the_session_had_queued_and_nothing_is_left_to_remove()
    {
        _world.SignIn("anna", "nurses");
        var install = Assert.Single(_world.Device.Queue);
        Assert.Equal(_world.Device.Epoch, install.Epoch);
        _world.SignOut();
        Assert.Empty(_world.Device.Queue);
        Assert.Empty(_world.Device.Ledger);
        Assert.Contains(new DeviceEvent.CommandEnded(install.Id, "InstallProfile", "Voided", ItemId.Parse("charts"), null), _world.Told);
    }

    [Fact]
    [Trait("Requirement", "BY-01")]
    public void A_voided_install_that_was_handed_out_is_removed_even_if_its_result_never_comes()
    {
        _world.SignIn("anna", "nurses");
        _world.HandOut();
        _world.SignOut();
        var removal = Assert.Single(_world.Device.Queue);
        Assert.IsType<CommandBody.RemoveProfile>(removal.Body);
        Assert.Equal(_world.Device.Epoch, removal.Epoch);
    }

    [Fact]
    [Trait("Requirement", "BY-01")]
    public void A_late_result_of_a_voided_install_still_leads_to_its_removal()
    {
        _world.SignIn("anna", "nurses");
        var install = _world.HandOut();
        _world.SignOut();
        _world.Connect();
        Assert.Empty(_world.Device.Ledger);
        _world.Obey(install);
        Assert.Contains("test.item.charts", _world.Profiles.Keys);
        _world.Connect();
        Assert.DoesNotContain("test.item.charts", _world.Profiles.Keys);
    }

    [Fact]
    public void A_result_that_is_repeated_or_unknown_gives_the_same_instance()
    {
        _world.SignIn("anna", "nurses");
        var install = _world.HandOut();
        _world.Obey(install);
        var before = _world.Device;
        Assert.Same(before, Reports.Apply(before, new CommandReport(install.Id, ReportStatus.Acknowledged), _world.Context).Next);
        Assert.Same(before, Reports.Apply(before, new CommandReport(Guid.NewGuid(), ReportStatus.Error, "?"), _world.Context).Next);
    }

    [Fact]
    [Trait("Requirement", "BY-01")]
    public void After_a_restart_every_queued_install_counts_as_handed_out()
    {
        _world.SignIn("anna", "nurses");
        _world.Restart();
        _world.SignOut();
        Assert.IsType<CommandBody.RemoveProfile>(Assert.Single(_world.Device.Queue).Body);
        Assert.Single(_world.Device.Voided);
    }

    [Fact]
    [Trait("Requirement", "BY-01")]
    [Trait("Requirement", "MU-18")]
    public void A_re_enrolment_ends_the_session_voids_its_commands_and_doubts_the_ledger()
    {
        _world.SignIn("anna", "nurses");
        _world.Connect();
        var epoch = _world.Device.Epoch;
        _world.Authenticate();
        Assert.True(_world.Device.Owner.IsNobody);
        Assert.Equal(epoch + 1, _world.Device.Epoch);
        Assert.Empty(_world.Device.Queue);
        Assert.All(_world.Device.Ledger, entry => Assert.Equal(Presence.Unknown, entry.Presence));
        _world.TokenUpdate();
        _world.Connect();
        Assert.DoesNotContain("test.item.charts", _world.Profiles.Keys);
        Assert.Equal(HandOverState.Clean, Assert.Single(_world.Device.HandOvers).State);
    }

    [Fact]
    [Trait("Requirement", "BY-01")]
    public void A_wipe_ends_the_session_and_everything_with_it()
    {
        _world.SignIn("anna", "nurses");
        _world.Connect();
        _world.Ask(new CommandBody.EraseDevice());
        _world.Connect();
        Assert.Equal(EnrollmentStatus.CheckedOut, _world.Device.Status);
        Assert.True(_world.Device.Owner.IsNobody);
        Assert.Empty(_world.Device.Queue);
        Assert.Empty(_world.Device.Ledger);
        Assert.Contains(_world.Told, what => what is DeviceEvent.SignedOut { By: "erased" });
    }

    [Fact]
    public void A_sign_out_of_an_older_session_changes_nothing()
    {
        _world.SignIn("anna", "nurses");
        Assert.Same(_world.Device, Sessions.SignOut(_world.Device, _world.Device.Epoch - 1, "person", _world.Context).Next);
    }

    [Fact]
    public void An_admins_urgent_command_and_query_outlive_the_session()
    {
        _world.SignIn("anna", "nurses");
        _world.Ask(new CommandBody.DeviceLock());
        _world.Ask(new CommandBody.CertificateList());
        _world.SignOut();
        Assert.Equal([Lane.Urgent, Lane.Inventory], _world.Device.Queue.Select(queued => queued.Lane));
    }
}
