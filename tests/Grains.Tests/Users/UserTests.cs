using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Tests.Hosting;
using Mdm.Fleet.Grains.Users;

namespace Mdm.Fleet.Grains.Tests.Users;

/// <summary>A person: credentials, and what their change means for the device they hold.</summary>
public sealed class UserTests : IAsyncLifetime
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
        await _fleet.Catalog.PutUserGroup(new Group(GroupId.Parse("nurses"), "Nurses"));
        Assert.True(await Anna.Create(Spec(), "admin"));
        await _pad.EnrolAsync();
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    [Trait("Requirement", "MU-08")]
    public async Task The_right_password_is_taken_and_the_device_registered()
    {
        Assert.Equal(600_000, Passwords.Iterations);
        var verified = await Anna.Verify(Password, PadId);
        Assert.Equal(CredentialsResult.Verified, verified.Result);
        Assert.Equal("Anna", verified.Facts!.Person.DisplayName);
        await _fleet.RestartAsync();
        Assert.Equal(PadId, Assert.Single((await Anna.View())!.Devices));
    }

    [Theory]
    [Trait("Requirement", "MU-08")]
    [InlineData(Password)]
    [InlineData("wrong")]
    public async Task A_person_who_registers_by_pin_only_is_told_that_they_need_a_password(string password)
    {
        await Anna.Update(Spec() with { Registration = RegistrationSetting.Pin }, null, "admin");
        Assert.Equal(CredentialsResult.PinOnly, (await Anna.Verify(password, PadId)).Result);
    }

    [Fact]
    [Trait("Requirement", "MU-15")]
    public async Task Nobody_is_no_user_to_add_or_to_sign_in_as()
    {
        var nobody = _fleet.Grains.GetGrain<IUser>("nobody");
        Assert.False(await nobody.Create(Spec(), "admin"));
        Assert.Equal(CredentialsResult.Wrong, (await nobody.Verify(Password, PadId)).Result);
    }

    [Fact]
    public async Task A_disabled_persons_device_is_nobodys()
    {
        await SignInAsync();
        await Anna.Update(Spec() with { Enabled = false }, null, "admin");
        Assert.True((await _pad.Grain.View()).Device.Owner.IsNobody);
        Assert.Equal(CredentialsResult.Disabled, (await Anna.Verify(Password, PadId)).Result);
    }

    [Fact]
    public async Task A_deleted_persons_device_is_nobodys_and_nothing_of_them_stays_due()
    {
        await SignInAsync();
        Assert.Equal(ChangeResult.Done, (await Anna.Delete(null, "admin")).Result);
        Assert.True((await _pad.Grain.View()).Device.Owner.IsNobody);
        Assert.Null(await Anna.View());
        Assert.Null(await _fleet.Store.ReadAsync(new("user", "anna")));
        Assert.Empty(await _fleet.MarksAsync("user"));
        Assert.Single(await _fleet.Store.ReadLatestEventsAsync(new("user", "anna"), null, 10), line => line.Line.Data.ToString() is not null
            && System.Text.Encoding.UTF8.GetString(line.Line.Data.Span).Contains("Delete user", StringComparison.Ordinal));
        Assert.True(await Anna.Create(Spec(), "admin"));
    }

    [Fact]
    public async Task A_change_of_groups_reaches_the_device_that_is_held()
    {
        await _fleet.PublishAsync("charts", To.Users("nurses"));
        await SignInAsync();
        await Anna.SetGroup(GroupId.Parse("nurses"), member: true, "admin");
        Assert.Equal("charts", Assert.Single((await _pad.Grain.View()).Desired).Id.Value);
        await Anna.SetGroup(GroupId.Parse("nurses"), member: false, "admin");
        Assert.Empty((await _pad.Grain.View()).Desired);
        Assert.Empty(await _fleet.MarksAsync("user"));
    }

    [Fact]
    [Trait("Requirement", "MU-18")]
    public async Task A_person_disabled_between_password_and_device_does_not_keep_it()
    {
        var verified = await Anna.Verify(Password, PadId);
        await Anna.Update(Spec() with { Enabled = false }, null, "admin");
        await _pad.Grain.SignIn(new SignInRequest(verified.Facts!, 0));
        Assert.Equal("anna", (await _pad.Grain.View()).Device.Owner.User.Value);
        await _fleet.PassAsync(TimeSpan.FromSeconds(6));
        Assert.True((await _pad.Grain.View()).Device.Owner.IsNobody);
        for (var second = 0; second < 90; second++)
            await _fleet.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Empty(await _fleet.MarksAsync("user"));
        Assert.Empty((await Anna.View())!.Devices);
    }

    [Fact]
    public async Task A_stale_etag_changes_nothing()
    {
        var view = await Anna.View();
        await Anna.Update(Spec() with { DisplayName = "Anna B." }, view!.Etag, "admin");
        Assert.Equal(ChangeResult.Stale, (await Anna.Update(Spec() with { DisplayName = "Anna C." }, view.Etag, "admin")).Result);
        Assert.Equal("Anna B.", (await Anna.View())!.DisplayName);
    }

    private static UserSpec Spec() => new("Anna", null, Password, RegistrationSetting.Password, true, []);

    private async Task SignInAsync()
    {
        var verified = await Anna.Verify(Password, PadId);
        Assert.Null((await _pad.Grain.SignIn(new SignInRequest(verified.Facts!, 0))).Refusal);
        _fleet.Time.Advance(TimeSpan.FromMinutes(2));
    }
}
