using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Tests.Devices;

/// <summary>Who may take a device.</summary>
public sealed class SignInTests
{
    private readonly World _world = new(1);

    [Fact]
    [Trait("Requirement", "MU-01")]
    [Trait("Requirement", "MU-02")]
    public void A_person_takes_a_device_that_is_nobodys_and_gets_what_is_theirs()
    {
        _world.Publish(Items.Profile("charts", Items.To("nurses")), Items.App("mail", Items.To("nurses")));
        _world.Enrol();
        Assert.IsType<SignInOutcome.SignedIn>(_world.SignIn("anna", "nurses"));
        Assert.Contains(_world.Told, what => what is DeviceEvent.SignedIn { Epoch: 1 } signedIn && signedIn.User == UserName.Parse("anna"));
        for (var looks = 0; looks < 5; looks++)
        {
            _world.Connect();
            _world.Pass(TimeSpan.FromSeconds(30));
            _world.Plan();
        }

        Assert.Contains("test.item.charts", _world.Profiles.Keys);
        Assert.Contains("app.mail", _world.Apps.Keys);
        Assert.Single(_world.Told, what => what is DeviceEvent.Ready);
    }

    [Fact]
    public void A_device_that_another_person_holds_is_refused_and_ones_own_changes_nothing()
    {
        _world.Enrol();
        _world.SignIn("anna");
        var before = _world.Device;
        Assert.Equal(SignInRefusal.Held, Assert.IsType<SignInOutcome.Refused>(_world.SignIn("bert")).Reason);
        Assert.IsType<SignInOutcome.AlreadyTheirs>(_world.SignIn("anna"));
        Assert.Equal(before.Epoch, _world.Device.Epoch);
        Assert.Equal("anna", _world.Device.Owner.User.Value);
    }

    [Theory]
    [Trait("Requirement", "MU-07")]
    [InlineData(EnrollmentKind.User, "iPad13,1", SignInRefusal.NotOffered)]
    [InlineData(EnrollmentKind.Device, "MacBookPro18,3", SignInRefusal.NotOffered)]
    [InlineData(EnrollmentKind.Device, "AppleTV11,1", SignInRefusal.NotOffered)]
    public void A_user_enrolled_device_and_one_that_is_not_ios_are_refused(EnrollmentKind kind, string product, SignInRefusal reason)
    {
        _world.Enrol(kind, product);
        Assert.Equal(reason, Assert.IsType<SignInOutcome.Refused>(_world.SignIn("anna")).Reason);
        Assert.True(_world.Device.Owner.IsNobody);
    }

    [Theory]
    [Trait("Requirement", "MU-06")]
    [InlineData(EnrollmentKind.Device)]
    [InlineData(EnrollmentKind.Automated)]
    public void Neither_supervision_nor_its_absence_matters(EnrollmentKind kind)
    {
        _world.Enrol(kind);
        Assert.IsType<SignInOutcome.SignedIn>(_world.SignIn("anna"));
    }

    [Fact]
    public void A_device_that_is_not_enrolled_is_refused()
    {
        Assert.Equal(SignInRefusal.NotEnrolled, Assert.IsType<SignInOutcome.Refused>(_world.SignIn("anna")).Reason);
        _world.Authenticate();
        Assert.Equal(SignInRefusal.NotEnrolled, Assert.IsType<SignInOutcome.Refused>(_world.SignIn("anna")).Reason);
        _world.TokenUpdate();
        _world.CheckOut();
        Assert.Equal(SignInRefusal.NotEnrolled, Assert.IsType<SignInOutcome.Refused>(_world.SignIn("anna")).Reason);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public void A_sign_in_that_was_begun_in_another_epoch_is_worth_nothing()
    {
        _world.Enrol();
        var begun = _world.Device.Epoch;
        Assert.IsType<SignInOutcome.SignedIn>(_world.SignIn("anna", begun));
        Assert.Equal(SignInRefusal.Overtaken, Assert.IsType<SignInOutcome.Refused>(_world.SignIn("anna", begun)).Reason);
        _world.SignOut();
        Assert.Equal(SignInRefusal.Overtaken, Assert.IsType<SignInOutcome.Refused>(_world.SignIn("anna", begun)).Reason);
        Assert.True(_world.Device.Owner.IsNobody);
        Assert.IsType<SignInOutcome.SignedIn>(_world.SignIn("anna", _world.Device.Epoch));
    }

    [Fact]
    public void A_persons_new_groups_are_taken_and_another_persons_are_not()
    {
        _world.Enrol();
        _world.SignIn("anna");
        var nurses = GroupId.Parse("nurses");
        Assert.Contains(nurses, Sessions.OwnerChanged(_world.Device, Person("anna", nurses)).Owner.Groups);
        Assert.Same(_world.Device, Sessions.OwnerChanged(_world.Device, Person("bert", nurses)));
        Assert.Same(_world.Device, Sessions.OwnerChanged(_world.Device, Person("anna")));
    }

    private static Owner Person(string name, params GroupId[] groups) => new(UserName.Parse(name), name, [.. groups], default);
}
