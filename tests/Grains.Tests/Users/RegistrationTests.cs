using System.Collections.Immutable;
using System.Text;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Tests.Hosting;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Tests.Users;

/// <summary>What settings let a person do: how they register, how many devices they hold; and PINs.</summary>
public sealed class RegistrationTests : IAsyncLifetime
{
    private const string Password = "correct horse";

    private static readonly EnrollmentId Place = EnrollmentId.Parse("register-somewhere");
    private static readonly GroupId Nurses = GroupId.Parse("nurses");

    private Hosting.Fleet _fleet = null!;

    private IUser Anna => _fleet.Grains.GetGrain<IUser>("anna");

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync();
        await _fleet.Catalog.PutUserGroup(new Group(Nurses, "Nurses"));
        Assert.True(await Anna.Create(new UserSpec("Anna", null, Password, null, true, [Nurses], DeviceManagement: true), "admin"));
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    [Trait("Requirement", "MU-08")]
    [Trait("Requirement", "UG-07")]
    public async Task Whether_a_password_is_taken_follows_the_settings_unless_the_person_has_their_own()
    {
        await SetAsync(new UserSettings { Registration = RegistrationSetting.Pin });
        Assert.Equal(CredentialsResult.PinOnly, (await Anna.Verify(Password, Place)).Result);
        await Anna.Update(new UserSpec("Anna", null, null, RegistrationSetting.Both, true, [Nurses], DeviceManagement: true), null, "admin");
        Assert.Equal(CredentialsResult.Verified, (await Anna.Verify(Password, Place)).Result);
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task A_PIN_serves_once_and_is_stored_as_a_hash()
    {
        await SetAsync(new UserSettings { Registration = RegistrationSetting.Pin });
        var issued = (await Anna.IssuePin(TimeSpan.FromHours(1), "operator"))!;
        Assert.Matches("^[0-9]{8}$", issued.Pin);
        Assert.Equal(_fleet.Time.GetUtcNow().AddHours(1), issued.ExpiresAt);
        var stored = await _fleet.Store.ReadAsync(new RecordKey("user", "anna"));
        Assert.DoesNotContain(issued.Pin, Encoding.UTF8.GetString(stored!.Body.Span), StringComparison.Ordinal);
        Assert.Equal(CredentialsResult.Wrong, await RegisterAsync(Password));
        Assert.Equal(CredentialsResult.Verified, await RegisterAsync(issued.Pin));
        Assert.Null(await Anna.PinExpiresAt());
        Assert.Equal(CredentialsResult.Wrong, await RegisterAsync(issued.Pin));
        Assert.Equal(
            [("operator", "Issue registration PIN"), ("person:anna", "Register a device by PIN")],
            (await _fleet.AuditAsync(new RecordKey("user", "anna"))).TakeLast(2).Select(line => (line.By, line.Act)));
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task A_PIN_that_is_expired_or_void_or_guessed_at_five_times_serves_no_more()
    {
        await SetAsync(new UserSettings { Registration = RegistrationSetting.Both });
        var late = (await Anna.IssuePin(TimeSpan.FromHours(1), "operator"))!.Pin;
        _fleet.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(CredentialsResult.Wrong, await RegisterAsync(late));

        var voided = (await Anna.IssuePin(TimeSpan.FromHours(1), "operator"))!.Pin;
        Assert.True(await Anna.VoidPin("operator"));
        Assert.False(await Anna.VoidPin("operator"));
        Assert.Equal(CredentialsResult.Wrong, await RegisterAsync(voided));

        var guessed = (await Anna.IssuePin(TimeSpan.FromHours(1), "operator"))!.Pin;
        for (var i = 0; i < RegistrationPin.WrongTriesMax; i++)
            Assert.Equal(CredentialsResult.Wrong, (await Anna.Register(guessed == "00000000" ? "00000001" : "00000000", EnrollmentId.Parse("elsewhere-" + i))).Result);
        Assert.Null(await Anna.PinExpiresAt());
        Assert.Equal(CredentialsResult.Wrong, (await Anna.Register(guessed, EnrollmentId.Parse("another-place"))).Result);
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task By_default_a_PIN_is_of_no_use_and_the_password_registers()
    {
        var pin = (await Anna.IssuePin(TimeSpan.FromHours(1), "operator"))!.Pin;
        Assert.Equal(CredentialsResult.Wrong, await RegisterAsync(pin));
        Assert.Equal(CredentialsResult.Verified, await RegisterAsync(Password));
        Assert.NotNull(await Anna.PinExpiresAt());
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task Who_holds_as_many_devices_as_they_may_takes_no_other_until_one_is_free()
    {
        await SetAsync(new UserSettings { DeviceLimit = 1 });
        var (first, second) = (new Pad(_fleet, "DEVICE-0001"), new Pad(_fleet, "DEVICE-0002"));
        await first.EnrolAsync();
        await second.EnrolAsync();
        Assert.Equal(CredentialsResult.Verified, await TakeAsync(first));
        Assert.Equal(CredentialsResult.Verified, await TakeAsync(first)); // theirs already
        Assert.Equal(CredentialsResult.DeviceLimit, await TakeAsync(second));
        Assert.Equal(CredentialsResult.DeviceLimit, await RegisterAsync(Password));

        await first.Grain.ForceSignOut("admin", 0); // the register still names it: the device is asked
        Assert.Single((await Anna.View())!.Devices);
        Assert.Equal(CredentialsResult.Verified, await TakeAsync(second));
        Assert.Equal(second.Id, Assert.Single((await Anna.View())!.Devices).Value);
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task Of_devices_that_begin_to_enrol_at_once_no_more_come_through_than_the_limit_allows_and_one_that_never_comes_frees_its_place()
    {
        await SetAsync(new UserSettings { DeviceLimit = 1 });
        ImmutableArray<EnrollmentId> devices = [.. Enumerable.Range(1, 5).Select(i => EnrollmentId.Parse($"DEVICE-000{i}"))];
        var let = await Task.WhenAll(devices.Select(Anna.Enrols));
        Assert.Single(let, may => may);
        Assert.True(await Anna.Enrols(devices[Array.IndexOf(let, true)])); // repeated
        Assert.Equal(CredentialsResult.DeviceLimit, await RegisterAsync(Password));
        _fleet.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.True(await Anna.Enrols(devices[Array.IndexOf(let, false)]));
        Assert.False(await _fleet.Grains.GetGrain<IUser>("stranger").Enrols(devices[0]));
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task A_user_group_that_settings_ask_for_can_not_be_deleted()
    {
        await SetAsync(UserSettings.Default);
        var refused = await _fleet.Catalog.RemoveUserGroup(Nurses);
        Assert.Equal(Grains.Catalog.PublishFault.InUse, refused.Fault);
        Assert.Contains("user settings ours", refused.Detail, StringComparison.Ordinal);
    }

    private async Task SetAsync(UserSettings values) =>
        Assert.Null((await _fleet.Catalog.PutSettings(new SettingsEntry("ours", "Ours", [Nurses], 1, values), null, "admin")).Fault);

    private async Task<CredentialsResult> RegisterAsync(string secret) => (await Anna.Register(secret, Place)).Result;

    private async Task<CredentialsResult> TakeAsync(Pad pad)
    {
        var id = EnrollmentId.Parse(pad.Id);
        var verified = await Anna.Verify(Password, id);
        if (verified.Facts is { } facts)
        {
            await pad.Grain.SignIn(new SignInRequest(facts, 0));
            await Anna.SignInEnded(id);
        }

        return verified.Result;
    }
}
