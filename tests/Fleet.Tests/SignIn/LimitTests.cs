using System.Globalization;
using System.Net;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Frontend.SignIn;
using Mdm.Fleet.Frontend.Web;
using Mdm.Fleet.Grains.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Fleet.Tests.SignIn;

/// <summary>Who guesses is slowed, and who only shares an address with them is not.</summary>
public sealed class LimitTests
{
    private static readonly IPAddress Hospital = IPAddress.Parse("203.0.113.9");

    [Fact]
    public void A_key_is_refused_beyond_its_failures_until_its_minute_is_over()
    {
        var time = new ShiftedTime();
        var limit = new FailureLimit<string>(time, failuresMax: 3);
        Assert.Equal([false, false, false, true, true], Enumerable.Range(0, 5).Select(_ => limit.Failed("one")));
        Assert.True(limit.Refuses("one", out var wait));
        Assert.InRange(wait, TimeSpan.FromTicks(1), FailureLimit<string>.Window);
        Assert.False(limit.Refuses("other", out _));

        time.Shift = FailureLimit<string>.Window;
        Assert.False(limit.Refuses("one", out _));
        Assert.False(limit.Failed("one"));
    }

    [Fact]
    public void A_clock_put_back_refuses_nobody_for_longer_than_a_minute()
    {
        var time = new ShiftedTime();
        var limit = new FailureLimit<string>(time, failuresMax: 1);
        limit.Failed("one");
        time.Shift = -TimeSpan.FromHours(1);
        Assert.False(limit.Refuses("one", out var wait));
        Assert.InRange(wait, TimeSpan.FromTicks(1), FailureLimit<string>.Window);
    }

    [Fact]
    public void Keys_are_remembered_up_to_a_bound()
    {
        var limit = new FailureLimit<int>(new ShiftedTime(), failuresMax: 1, keysMax: 4);
        for (var key = 0; key < 4; key++)
            limit.Failed(key);
        Assert.True(limit.Refuses(0, out _));
        limit.Failed(4);
        Assert.False(limit.Refuses(0, out _));
        Assert.True(limit.Refuses(4, out _));
    }

    [Fact]
    public void Hundreds_of_failures_behind_one_address_do_not_refuse_a_device_that_has_none()
    {
        var limits = new AttemptLimits(new ShiftedTime());
        for (var number = 0; number < AttemptLimits.PerAddress - 1; number++)
            limits.Failed(Device(number), Hospital);
        Assert.True(limits.MayTry(Device(5_000), Hospital, out _));
        limits.Failed(Device(4_000), Hospital);
        Assert.False(limits.MayTry(Device(5_000), Hospital, out _));
        Assert.True(limits.MayTry(Device(5_000), IPAddress.Parse("203.0.113.10"), out _));
    }

    [Fact]
    public void A_device_at_which_somebody_guesses_is_refused_at_any_address()
    {
        var limits = new AttemptLimits(new ShiftedTime());
        for (var attempt = 0; attempt < AttemptLimits.PerDevice; attempt++)
            limits.Failed(Device(1), Hospital);
        Assert.False(limits.MayTry(Device(1), IPAddress.Parse("203.0.113.10"), out var wait));
        Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
        Assert.True(limits.MayTry(Device(2), Hospital, out _));
    }

    [Fact]
    public async Task Behind_a_proxy_the_address_is_the_persons_own()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var admin = new ApiClient(fleet);
        await Ward.OfferSignInAsync(admin);
        await Ward.HireAsync(admin, "ann");
        using var device = await Ward.EnrolAsync(fleet);
        var token = (await fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!;
        var limits = fleet.Services.GetRequiredService<AttemptLimits>();
        for (var number = 0; number < AttemptLimits.PerAddress; number++)
            limits.Failed(Device(number), Hospital);

        using var there = new PlainBrowser(fleet, token, forwardedFor: Hospital);
        await there.OpenAsync();
        await there.SignInAsync("ann", Ward.Password);
        Assert.Equal("locked", there.Error);
        using var elsewhere = new PlainBrowser(fleet, token, forwardedFor: IPAddress.Parse("203.0.113.10"));
        await elsewhere.OpenAsync();
        await elsewhere.SignInAsync("ann", Ward.Password);
        Assert.Equal("ready", elsewhere.State);
    }

    [Fact]
    [Trait("Requirement", "MU-08")]
    public async Task A_lock_tells_nobody_whether_a_name_exists_and_locks_nobody_out_of_another_iPad()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var admin = new ApiClient(fleet);
        await Ward.OfferSignInAsync(admin);
        await Ward.HireAsync(admin, "ann");
        using var one = await Ward.EnrolAsync(fleet);
        using var other = await Ward.EnrolAsync(fleet);

        Assert.Equal(await GuessAsync(fleet, one.Facts.Udid, "ann"), await GuessAsync(fleet, other.Facts.Udid, "who-is-that"));
        await Ward.SignInAsync(fleet, other, "ann");
        Assert.Equal("ann", (await fleet.ViewAsync(other.Facts.Udid)).Device.Owner.User.Value);
    }

    /// <summary>What one who guesses is told, try by try.</summary>
    private static async Task<string> GuessAsync(TestFleet fleet, string udid, string name)
    {
        using var page = new PlainBrowser(fleet, (await fleet.ViewAsync(udid)).Device.SignInToken!);
        await page.OpenAsync();
        var told = new List<string>();
        for (var attempt = 0; attempt < Lockout.FreeTries + 2; attempt++)
        {
            await page.SignInAsync(name, "guess");
            told.Add(page.Error);
        }

        Assert.Equal("locked", told[^1]);
        return string.Join(' ', told);
    }

    private static EnrollmentId Device(int number) => EnrollmentId.Parse(string.Create(CultureInfo.InvariantCulture, $"DEVICE-{number:D6}"));
}
