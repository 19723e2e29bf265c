using System.Globalization;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Users;

namespace Mdm.Fleet.Grains.Tests.Users;

/// <summary>What guessing at a name leads to: the same for a person and for nobody's name, and only at the device where it happened.</summary>
public sealed class LockoutTests : IAsyncLifetime
{
    private const string Password = "correct horse";

    private static readonly EnrollmentId Here = EnrollmentId.Parse("DEVICE-HERE");
    private static readonly EnrollmentId Elsewhere = EnrollmentId.Parse("DEVICE-ELSEWHERE");

    private Hosting.Fleet _fleet = null!;

    private IUser Anna => Named("anna");

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync();
        Assert.True(await Anna.Create(new UserSpec("Anna", null, Password, RegistrationSetting.Password, true, []), "admin"));
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    public async Task Wrong_passwords_lock_for_a_while_over_a_restart_too()
    {
        await GuessAsync(Anna, Here);
        await _fleet.RestartAsync();
        Assert.Equal(CredentialsResult.Locked, (await Anna.Verify(Password, Here)).Result);
        _fleet.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(CredentialsResult.Verified, (await Anna.Verify(Password, Here)).Result);
    }

    [Fact]
    public async Task Guessing_at_one_device_locks_nobody_out_of_another()
    {
        await GuessAsync(Anna, Here);
        Assert.Equal(CredentialsResult.Verified, (await Anna.Verify(Password, Elsewhere)).Result);
        Assert.Equal(CredentialsResult.Locked, (await Anna.Verify(Password, Here)).Result);
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("zoe")]
    public async Task A_name_is_answered_alike_whether_it_is_a_persons_or_not(string name)
    {
        var user = Named(name);
        var start = _fleet.Time.GetUtcNow();
        for (var attempt = 1; attempt < Lockout.FreeTries; attempt++)
            Assert.Equal(new Credentials(CredentialsResult.Wrong, null, null), await user.Verify("wrong", Here));

        var until = start + TimeSpan.FromSeconds(30);
        Assert.Equal(new Credentials(CredentialsResult.Wrong, null, until), await user.Verify("wrong", Here));
        Assert.Equal(new Credentials(CredentialsResult.Locked, null, until), await user.Verify("wrong", Here));
        Assert.Equal(CredentialsResult.Wrong, (await user.Verify("wrong", Elsewhere)).Result);
        _fleet.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(_fleet.Time.GetUtcNow() + TimeSpan.FromSeconds(60), (await user.Verify("wrong", Here)).LockedUntil);
    }

    [Fact]
    public async Task What_was_guessed_at_a_free_name_is_not_stored_and_not_held_against_the_person_who_gets_it()
    {
        await GuessAsync(Named("zoe"), Here);
        Assert.Null(await _fleet.Store.ReadAsync(new("user", "zoe")));
        Assert.True(await Named("zoe").Create(new UserSpec("Zoe", null, Password, RegistrationSetting.Password, true, []), "admin"));
        Assert.Equal(CredentialsResult.Verified, (await Named("zoe").Verify(Password, Here)).Result);
    }

    [Fact]
    public async Task A_new_password_opens_what_was_locked()
    {
        await GuessAsync(Anna, Here);
        await Anna.Update(new UserSpec("Anna", null, "new horse", RegistrationSetting.Password, true, []), null, "admin");
        Assert.Equal(CredentialsResult.Verified, (await Anna.Verify("new horse", Here)).Result);
    }

    [Fact]
    public void The_last_few_devices_are_counted_and_the_right_password_clears_its_own()
    {
        var now = DateTimeOffset.UnixEpoch;
        var devices = Enumerable.Range(0, Lockout.DevicesMax + 1)
            .Select(number => EnrollmentId.Parse(string.Create(CultureInfo.InvariantCulture, $"DEVICE-{number:D4}"))).ToList();
        var tries = devices.Aggregate(Lockout.Right([], Here), (counted, device) => Lockout.Wrong(counted, device, now));
        Assert.Equal(devices.Skip(1), tries.Select(known => known.Device));

        tries = Lockout.Wrong(tries, devices[1], now);
        Assert.Equal(new WrongTries(devices[1], 2, null), tries[^1]);
        Assert.DoesNotContain(Lockout.Right(tries, devices[1]), known => known.Device == devices[1]);
        Assert.Equal(Lockout.DevicesMax - 1, Lockout.Right(tries, devices[1]).Length);
    }

    [Fact]
    public void A_lock_lasts_a_quarter_of_an_hour_at_most()
    {
        var now = DateTimeOffset.UnixEpoch;
        var tries = Enumerable.Range(0, 100).Aggregate(Lockout.Right([], Here), (counted, _) => Lockout.Wrong(counted, Here, now));
        Assert.Equal(now + TimeSpan.FromMinutes(15), Lockout.Until(tries, Here, now));
    }

    private static async Task GuessAsync(IUser user, EnrollmentId device)
    {
        for (var attempt = 1; attempt <= Lockout.FreeTries; attempt++)
            Assert.Equal(CredentialsResult.Wrong, (await user.Verify("wrong", device)).Result);
    }

    private IUser Named(string name) => _fleet.Grains.GetGrain<IUser>(name);
}
