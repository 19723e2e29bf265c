using Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

namespace Mdm.Fleet.Embedded.Tests.HostSuite;

/// <summary>What is not used goes; what is used, or busy, or says so, stays.</summary>
public abstract class CollectionRules : HostRules
{
    private const int TicksMax = 10_000;

    [Fact]
    public async Task An_idle_activation_is_collected()
    {
        var ledger = Grain<ILedgerGrain>("idle");
        var before = await ledger.ActivationAsync();
        Host.Advance(TimeSpan.FromMinutes(20));
        await Journal.Reached("idle gone");
        Assert.Contains("idle ActivationIdle", Journal.Lines);
        Assert.NotEqual(before, await Soon(ledger.ActivationAsync()));
    }

    [Fact]
    public async Task An_activation_in_use_is_not_collected()
    {
        var ledger = Grain<ILedgerGrain>("used");
        var before = await ledger.ActivationAsync();
        for (var minute = 0; minute < 20; minute++)
        {
            Host.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(before, await Soon(ledger.ActivationAsync()));
        }
    }

    [Fact]
    public async Task An_activation_with_an_open_turn_is_not_collected()
    {
        var ledger = Grain<ILedgerGrain>("busy");
        var before = await ledger.ActivationAsync();
        var call = ledger.AddSlowlyAsync("busy");
        await Journal.Reached("busy reached");
        Host.Advance(TimeSpan.FromMinutes(20));
        await Assert.ThrowsAsync<TimeoutException>(() => Soon(call));
        Journal.Mark("busy");
        Assert.Equal(1, await Soon(ledger.ValueAsync().AsTask()));
        Assert.Equal(before, await Soon(ledger.ActivationAsync()));
    }

    [Fact]
    public async Task A_timer_keeps_its_grain_only_when_it_says_so()
    {
        for (var tick = 1; tick <= TicksMax; tick++)
            Journal.Mark($"pass {tick}");
        var clock = Grain<IClockGrain>("clock");
        await clock.StartAsync(interleave: false, keepAlive: true);
        var idle = Grain<IClockGrain>("idle");
        await idle.StartAsync(interleave: false, keepAlive: false);
        for (var minute = 0; minute < 20; minute++)
        {
            Host.Advance(TimeSpan.FromMinutes(1));
            await Soon(clock.TicksAsync());
        }
        await Journal.Reached("idle gone");
        Assert.False(Journal.Wait("clock gone").IsCompleted);
    }
}
