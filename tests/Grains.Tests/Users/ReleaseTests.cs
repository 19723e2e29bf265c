using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Tests.Hosting;
using Mdm.Fleet.Grains.Users;

namespace Mdm.Fleet.Grains.Tests.Users;

/// <summary>The word that a device was left, at whatever moment it comes: the register never misses a device that is held.</summary>
public sealed class ReleaseTests : IAsyncLifetime
{
    private const string Password = "correct horse";

    private Hosting.Fleet _fleet = null!;
    private Pad _pad = null!;

    private IUser Anna => _fleet.Grains.GetGrain<IUser>("anna");

    private EnrollmentId PadId => EnrollmentId.Parse(_pad.Id);

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync();
        _pad = new Pad(_fleet, "DEVICE-0001");
        Assert.True(await Anna.Create(Spec(), "admin"));
        await _pad.EnrolAsync();
        await TakeAsync((await Anna.Verify(Password, PadId)).Facts!);
        _fleet.Time.Advance(TimeSpan.FromHours(8));
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Theory]
    [Trait("Requirement", "MU-18")]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(3_600)]
    public async Task A_late_word_does_not_drop_who_has_signed_in_again(int lateSeconds)
    {
        await LeaveAsync();
        await TakeAsync((await Anna.Verify(Password, PadId)).Facts!);
        await _fleet.PassAsync(TimeSpan.FromSeconds(lateSeconds));
        await Anna.Released(PadId);
        await AssertHeldAsync();
    }

    [Fact]
    [Trait("Requirement", "MU-18")]
    public async Task A_late_word_does_not_drop_who_is_just_signing_in_again()
    {
        await LeaveAsync();
        var verified = await Anna.Verify(Password, PadId);
        await Anna.Released(PadId);
        await TakeAsync(verified.Facts!);
        await AssertHeldAsync();
    }

    [Fact]
    public async Task A_late_word_after_a_restart_does_not_drop_who_holds_the_device()
    {
        await LeaveAsync();
        await TakeAsync((await Anna.Verify(Password, PadId)).Facts!);
        await _fleet.RestartAsync();
        await Anna.Released(PadId);
        await AssertHeldAsync();
    }

    [Fact]
    public async Task A_device_that_was_left_goes_from_the_register_at_once()
    {
        await LeaveAsync();
        await Anna.Released(PadId);
        Assert.Empty((await Anna.View())!.Devices);
    }

    [Fact]
    public async Task A_device_that_was_left_right_after_the_sign_in_goes_from_the_register_a_little_later()
    {
        await LeaveAsync();
        await TakeAsync((await Anna.Verify(Password, PadId)).Facts!);
        await LeaveAsync();
        await Anna.Released(PadId);
        await _fleet.PassAsync(TimeSpan.FromSeconds(61));
        Assert.Empty((await Anna.View())!.Devices);
        Assert.Empty(await _fleet.MarksAsync("user"));
    }

    private static UserSpec Spec() => new("Anna", null, Password, RegistrationSetting.Password, true, []);

    [Fact]
    public async Task A_device_that_was_left_right_after_a_sign_in_that_is_over_goes_from_the_register_at_once()
    {
        await LeaveAsync();
        await TakeAsync((await Anna.Verify(Password, PadId)).Facts!);
        await Anna.SignInEnded(PadId);
        await LeaveAsync();
        await Anna.Released(PadId);
        Assert.Empty((await Anna.View())!.Devices);
    }

    [Fact]
    [Trait("Requirement", "MU-18")]
    public async Task Of_two_sign_ins_under_way_the_one_that_is_not_over_keeps_the_entry()
    {
        await LeaveAsync();
        var (first, second) = (await Anna.Verify(Password, PadId), await Anna.Verify(Password, PadId));
        await TakeAsync(first.Facts!);
        await Anna.SignInEnded(PadId);
        await LeaveAsync();
        await Anna.Released(PadId);
        await TakeAsync(second.Facts!);
        await AssertHeldAsync();
    }

    private async Task LeaveAsync()
    {
        var left = await _pad.Grain.SignOut((await _pad.Grain.View()).Device.Epoch, "person", 0);
        Assert.True(left.Device.Owner.IsNobody);
    }

    private async Task TakeAsync(UserFacts facts) => Assert.Null((await _pad.Grain.SignIn(new SignInRequest(facts, 0))).Refusal);

    /// <summary>Held, in the register whatever time passes, and so within reach of a change.</summary>
    private async Task AssertHeldAsync()
    {
        await _fleet.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(PadId, Assert.Single((await Anna.View())!.Devices));
        await Anna.Update(Spec() with { Enabled = false }, null, "admin");
        Assert.True((await _pad.Grain.View()).Device.Owner.IsNobody);
    }
}
