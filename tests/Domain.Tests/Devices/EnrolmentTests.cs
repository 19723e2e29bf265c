using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>How a device comes and goes.</summary>
public sealed class EnrolmentTests
{
    private readonly World _world = new(1);

    [Fact]
    [Trait("Requirement", "PR-01")]
    public void The_first_token_update_completes_the_enrolment_and_the_device_is_asked_about_itself()
    {
        _world.Authenticate();
        Assert.Equal(EnrollmentStatus.Pending, _world.Device.Status);
        _world.TokenUpdate();
        Assert.Equal(EnrollmentStatus.Enrolled, _world.Device.Status);
        Assert.Equal(["DeviceInformation", "SecurityInfo"], _world.Device.Queue.Select(queued => queued.Body.RequestType));
        Assert.Equal(new DeviceEvent.Enrolled(0, Again: false), Assert.Single(_world.Told));
    }

    [Fact]
    public void A_repeated_authenticate_changes_nothing()
    {
        _world.Authenticate();
        var before = _world.Device;
        _world.Authenticate();
        Assert.Equal(before, _world.Device);
        Assert.Empty(_world.Told);
    }

    [Fact]
    public void Another_identity_gets_another_sign_in_address_and_the_same_one_keeps_it()
    {
        Device Come(Device device, string identity, string token) => Enrollments.Authenticate(
            device, new AuthenticateFacts(EnrollmentKind.Device, new DeviceFacts(), identity, World.EnrollmentProfile, [], token), _world.Context).Next;

        var first = Come(new Device(), "one", "token-1");
        var again = Come(first, "one", "token-2");
        var other = Come(again, "two", "token-3");
        Assert.Equal(("token-1", "token-1", "token-3"), (first.SignInToken, again.SignInToken, other.SignInToken));
        Assert.Equal("token-3", Come(Enrollments.CheckOut(other, _world.Context).Next, "two", "token-4").SignInToken);
    }

    [Fact]
    [Trait("Requirement", "UG-03")]
    public void A_device_that_enrols_again_and_again_into_other_groups_is_in_as_many_as_it_may_the_latest()
    {
        var device = new Device();
        for (var i = 0; i < 4; i++)
        {
            ImmutableArray<GroupId> groups = [.. Enumerable.Range(0, 3).Select(n => GroupId.Parse($"group-{(3 * i) + n}"))];
            device = Enrollments.Authenticate(
                device, new AuthenticateFacts(EnrollmentKind.Device, new DeviceFacts(), $"identity-{i}", World.EnrollmentProfile, groups, "token"), _world.Context).Next;
        }

        Assert.Equal(Enumerable.Range(2, Device.GroupsMax).Select(n => $"group-{n}"), device.Groups.Select(group => group.Value));
    }

    [Fact]
    public void A_device_that_comes_back_is_told_as_one_that_was_here_before()
    {
        _world.Enrol();
        _world.CheckOut();
        _world.Enrol();
        Assert.Equal([false, true], _world.Told.OfType<DeviceEvent.Enrolled>().Select(enrolled => enrolled.Again));
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public void A_token_update_that_changes_nothing_gives_the_same_instance()
    {
        _world.Enrol();
        var transition = Enrollments.TokenUpdate(_world.Device, "com.apple.mgmt.x", [1, 2, 3], "magic", false, _world.Context);
        Assert.Same(_world.Device, transition.Next);
        Assert.NotSame(_world.Device, Enrollments.TokenUpdate(_world.Device, "com.apple.mgmt.x", [1, 2, 4], "magic", false, _world.Context).Next);
    }

    [Fact]
    public void A_device_that_awaits_its_configuration_is_released_once_even_over_a_sign_in()
    {
        _world.Authenticate();
        _world.TokenUpdate(awaitingConfiguration: true);
        var before = _world.Device;
        _world.TokenUpdate(awaitingConfiguration: true);
        Assert.Same(before, _world.Device);
        _world.SignIn("anna");
        Assert.Single(_world.Device.Queue, queued => queued.Body is CommandBody.DeviceConfigured);
    }

    [Fact]
    [Trait("Requirement", "PR-03")]
    public void A_check_out_ends_everything_once()
    {
        _world.Publish(Items.Profile("wifi", Items.Everyone));
        _world.Enrol();
        _world.SignIn("anna");
        _world.Connect();
        _world.CheckOut();
        Assert.Equal(EnrollmentStatus.CheckedOut, _world.Device.Status);
        Assert.Empty(_world.Device.Ledger);
        Assert.Null(_world.Device.Push);
        Assert.Equal(HandOverState.Clean, Assert.Single(_world.Device.HandOvers).State);
        Assert.Same(_world.Device, Enrollments.CheckOut(_world.Device, _world.Context).Next);
    }

    [Theory]
    [Trait("Requirement", "PR-03")]
    [InlineData(ReportStatus.Acknowledged)]
    [InlineData(ReportStatus.Error)]
    [InlineData(ReportStatus.CommandFormatError)]
    public void Only_an_admins_retire_removes_the_enrolment_whatever_the_device_says_to_it(ReportStatus answer)
    {
        _world.Publish(Items.Profile("wifi", Items.Everyone), Items.Profile("charts", Items.To("nurses")));
        _world.Enrol();
        _world.SignIn("anna", "nurses");
        _world.Connect();
        _world.Retire();
        Assert.Equal(EnrollmentStatus.Retiring, _world.Device.Status);
        Assert.True(_world.Device.Owner.IsNobody);
        var removal = Assert.Single(_world.Device.Queue);
        Assert.Equal(new CommandBody.RemoveEnrollment(World.EnrollmentProfile), removal.Body);
        Assert.Equal(Lane.Urgent, removal.Lane);
        Assert.Null(Enrollments.Retire(_world.Device, _world.Context));
        _world.Hear(new CommandReport(removal.Id, answer));
        Assert.Equal(EnrollmentStatus.Retired, _world.Device.Status);
        Assert.Equal(HandOverState.Clean, Assert.Single(_world.Device.HandOvers).State);
        Assert.Null(Enrollments.Retire(_world.Device, _world.Context));
    }

    [Fact]
    [Trait("Requirement", "PR-03")]
    public void A_device_whose_enrolment_profile_is_not_known_is_retired_at_once_and_its_person_signed_out()
    {
        _world.Enrol();
        _world.SignIn("anna");
        var retired = Enrollments.Retire(_world.Device with { EnrollmentProfile = null }, _world.Context)!;
        Assert.Equal(EnrollmentStatus.Retired, retired.Next.Status);
        Assert.True(retired.Next.Owner.IsNobody);
        Assert.Contains(retired.Events, what => what is DeviceEvent.SignedOut);
    }

    [Fact]
    [Trait("Requirement", "PR-04")]
    public void A_dead_token_counts_unless_a_newer_one_came()
    {
        _world.Enrol();
        var since = _world.Now;
        Assert.Same(_world.Device, Enrollments.PushRefused(_world.Device, since - TimeSpan.FromSeconds(1)));
        var refused = Enrollments.PushRefused(_world.Device, since);
        Assert.Equal(since, refused.Push!.InvalidSince);
        Assert.Same(refused, Enrollments.PushRefused(refused, since));
        var again = Enrollments.TokenUpdate(refused, "com.apple.mgmt.x", [1, 2, 3], "magic", false, _world.Context);
        Assert.Null(again.Next.Push!.InvalidSince);
    }
}
