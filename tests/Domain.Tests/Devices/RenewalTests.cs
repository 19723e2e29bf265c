using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>A certificate is renewed before it expires, at most once at a time, whoever holds the device (PR-02).</summary>
public sealed class RenewalTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly World _world = new(seed: 1);
    private readonly DateTimeOffset _expiry;

    public RenewalTests()
    {
        _expiry = _world.Now.AddDays(365);
        _world.CertificateExpiresAt = _expiry;
    }

    private IEnumerable<QueuedCommand> Waiting => _world.Device.Queue.Where(queued => queued.Body is CommandBody.RenewEnrollment);

    [Fact]
    [Trait("Requirement", "PR-02")]
    public void The_plan_looks_again_thirty_days_before_the_expiry_and_renews_then()
    {
        Enrol();
        Assert.Equal(_expiry.AddDays(-30), _world.LookAgainAt);
        PassUntil(_expiry.AddDays(-30) - Second);
        Assert.Empty(Waiting);
        PassUntil(_expiry.AddDays(-30));
        var renewal = Assert.Single(Waiting);
        Assert.Equal((Lane.Session, "InstallProfile", null), (renewal.Lane, renewal.Body.RequestType, renewal.Body.Item));
        _world.Plan();
        Assert.Single(Waiting);
        Assert.Null(_world.LookAgainAt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "PR-02")]
    public void An_owner_change_does_not_void_a_renewal(bool handedOut)
    {
        Due();
        if (handedOut)
            _world.HandOut();
        var before = Waiting.Single();
        _world.SignIn("anna");
        _world.SignOut();
        Assert.Equal(before, Waiting.Single());
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public void The_next_certificate_settles_the_renewal_and_the_answer_after_it_changes_nothing()
    {
        Due();
        var command = _world.HandOut();
        Renew();
        Assert.Empty(Waiting);
        Assert.Equal(_world.CertificateExpiresAt - Renewals.Before, _world.LookAgainAt);
        Assert.Contains(_world.Told, what => what is DeviceEvent.CommandEnded { State: "Acknowledged" } ended && ended.Id == command.Id);
        var device = _world.Device;
        _world.Hear(new CommandReport(command.Id, ReportStatus.Acknowledged));
        Assert.Same(device, _world.Device);
        _world.Present();
        Assert.Same(device, _world.Device);
    }

    [Theory]
    [InlineData(ReportStatus.Acknowledged)]
    [InlineData(ReportStatus.Error)]
    [InlineData(ReportStatus.CommandFormatError)]
    [Trait("Requirement", "PR-02")]
    public void A_refused_or_a_lost_renewal_is_tried_again_after_an_hour_and_then_after_a_day_each(ReportStatus answer)
    {
        Due();
        foreach (var pause in (TimeSpan[])[TimeSpan.FromHours(1), TimeSpan.FromHours(24), TimeSpan.FromHours(24)])
        {
            _world.Hear(new CommandReport(Waiting.Single().Id, answer, "no space"));
            Assert.Equal(_world.Now + pause, _world.LookAgainAt);
            Assert.Equal(answer == ReportStatus.Acknowledged ? null : "no space", _world.Device.Renewal!.Refusal);
            _world.Pass(pause - Second);
            _world.Plan();
            Assert.Empty(Waiting);
            _world.Pass(Second);
            _world.Plan();
            Assert.Single(Waiting);
        }
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public void A_device_that_falls_back_to_its_old_certificate_is_renewed_again_later_and_not_at_once()
    {
        Due();
        _world.HandOut();
        Renew();
        _world.CertificateExpiresAt = _expiry;
        _world.Present();
        Assert.Empty(Waiting);
        _world.Pass(TimeSpan.FromHours(1));
        _world.Plan();
        Assert.Single(Waiting);
        Assert.Equal(2, _world.Device.Renewal!.Tries);
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public void An_Authenticate_after_a_renewal_that_was_handed_out_keeps_owner_ledger_and_queue()
    {
        _world.Publish(Items.Profile("wifi", Items.Everyone), Items.Profile("charts", Items.To("nurses")));
        Enrol();
        _world.SignIn("anna", "nurses");
        Due();
        _world.Connect();
        _world.Pass(TimeSpan.FromHours(1));
        _world.Plan();
        _world.HandOut();
        _world.Ask(new CommandBody.CertificateList());
        var before = _world.Device;

        _world.CertificateExpiresAt = _world.Now.AddDays(1825);
        _world.Authenticate();
        _world.Authenticate(); // its first answer was lost
        _world.TokenUpdate();

        var after = _world.Device;
        Assert.Equal((before.Owner, before.Epoch, before.Status), (after.Owner, after.Epoch, EnrollmentStatus.Enrolled));
        Assert.Equal(before.Ledger, after.Ledger);
        Assert.Equal(before.Push, after.Push);
        Assert.IsType<CommandBody.CertificateList>(Assert.Single(after.Queue).Body);
        Assert.Equal(_world.CertificateExpiresAt, after.IdentityExpiresAt);
    }

    [Theory]
    [InlineData("not due")]
    [InlineData("queued and not handed out")]
    [InlineData("long over")]
    [Trait("Requirement", "PR-02")]
    public void Any_other_Authenticate_is_a_re_enrolment(string when)
    {
        Enrol();
        _world.SignIn("anna");
        if (when != "not due")
            Due();
        if (when == "long over")
        {
            _world.HandOut();
            Renew();
            _world.Pass(Renewals.Aftermath);
        }

        var epoch = _world.Device.Epoch;
        _world.Authenticate();

        Assert.Equal(EnrollmentStatus.Pending, _world.Device.Status);
        Assert.True(_world.Device.Owner.IsNobody);
        Assert.Equal(epoch + 1, _world.Device.Epoch);
        Assert.Empty(Waiting);
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public void Only_an_enrolment_whose_profile_and_identity_are_ours_is_renewed()
    {
        Due();
        var device = _world.Device with { Queue = [], Renewal = null };
        Assert.NotNull(Renewals.LookAt(device));
        Assert.Null(Renewals.LookAt(device with { EnrollmentProfile = null }));
        Assert.Null(Renewals.LookAt(device with { Identity = "cert:00" }));
        Assert.Null(Renewals.LookAt(device with { Kind = EnrollmentKind.User }));
        Assert.Null(Renewals.LookAt(device with { Status = EnrollmentStatus.Retiring }));
        Assert.Null(Renewals.LookAt(device with { IdentityExpiresAt = null }));
    }

    private void Enrol()
    {
        if (_world.Device.Status != EnrollmentStatus.Unknown)
            return;
        _world.Enrol();
        _world.Connect();
    }

    private void Due()
    {
        Enrol();
        PassUntil(_expiry.AddDays(-30));
        Assert.Single(Waiting);
    }

    private void Renew()
    {
        _world.CertificateExpiresAt = _world.Now.AddDays(1825);
        _world.Present();
    }

    private void PassUntil(DateTimeOffset time)
    {
        _world.Pass(time - _world.Now);
        _world.Plan();
    }
}
