using Mdm.Fleet.Grains.Users;

namespace Mdm.Fleet.Grains.Tests.Users;

/// <summary>A rush of sign-ins: who would wait too long is told at once, the others are checked.</summary>
public sealed class PasswordsTests
{
    [Fact]
    [Trait("Requirement", "MU-01")]
    public async Task Of_more_checks_than_can_be_done_in_good_time_the_later_ones_are_refused_at_once()
    {
        using var passwords = new Passwords(patience: TimeSpan.Zero);
        var hash = await passwords.Hash("open sesame");
        var checks = Enumerable.Range(0, Environment.ProcessorCount + 8).Select(_ => passwords.Verify("open sesame", hash)).ToList();
        await Assert.ThrowsAsync<PasswordsBusyException>(() => checks[^1]);

        Assert.True(await checks[0]);
        await Task.WhenAll(checks).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.All(checks, check => Assert.True(check.IsCompletedSuccessfully ? check.Result : check.Exception?.InnerException is PasswordsBusyException));
        Assert.True(await passwords.Verify("open sesame", hash));
    }

    [Fact]
    [Trait("Requirement", "MU-01")]
    public async Task Checks_that_can_wait_for_their_turn_do()
    {
        using var passwords = new Passwords(patience: TimeSpan.FromHours(1));
        var hash = await passwords.Hash("open sesame");
        Assert.All(await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount + 8).Select(_ => passwords.Verify("open sesame", hash))), Assert.True);
    }
}
