using Mdm.Fleet.Embedded.Tests.HostSuite.Grains;
using Orleans;

namespace Mdm.Fleet.Embedded.Tests.HostSuite;

/// <summary>One activation a key, from its first call until it asks to go or the host stops.</summary>
public abstract class ActivationRules : HostRules
{
    [Fact]
    public async Task Calls_at_the_same_time_share_one_activation()
    {
        using var together = new Barrier(4);
        var calls = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                return Grain<ILedgerGrain>("one").ActivationAsync();
            },
            TaskCreationOptions.LongRunning).Unwrap());
        Assert.Single((await Soon(Task.WhenAll(calls))).Distinct());
    }

    [Fact]
    public async Task A_failed_activation_goes_to_all_callers_and_leaves_nothing()
    {
        var grain = Grain<IFragileGrain>("waits");
        var calls = new[] { grain.HelloAsync(), grain.HelloAsync() };
        Journal.Mark("go");
        foreach (var call in calls)
            Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidDataException>(() => Soon(call))).Message);
        Journal.Mark("healed");
        Assert.Equal("hello", await Soon(grain.HelloAsync()));
    }

    [Fact]
    public async Task An_activation_that_fails_at_once_goes_to_its_caller()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => Soon(Grain<IFragileGrain>("now").HelloAsync()));
        Journal.Mark("healed");
        Assert.Equal("hello", await Soon(Grain<IFragileGrain>("now").HelloAsync()));
    }

    [Fact]
    public async Task A_grain_that_asks_to_go_ends_its_turn_and_waiting_calls_go_to_the_next_activation()
    {
        var ledger = Grain<ILedgerGrain>("leaves");
        var before = await ledger.ActivationAsync();
        await ledger.AddAsync(5);
        var leaving = ledger.LeaveAsync("leave");
        await Journal.Reached("leave reached");
        var waiting = ledger.ActivationAsync();
        var value = ledger.ValueAsync();
        Journal.Mark("leave");
        await Soon(leaving);
        Assert.NotEqual(before, await Soon(waiting));
        Assert.Equal(0, await Soon(value.AsTask()));
        Assert.Contains("leaves ApplicationRequested", Journal.Lines);
    }

    [Fact]
    public async Task A_stopping_host_lets_the_running_turn_and_its_calls_end_and_then_refuses_calls()
    {
        await Grain<ILedgerGrain>("other").AddAsync(1);
        var late = Grain<ILedgerGrain>("late");
        var running = Grain<IRelayGrain>("running").RelayAsync("relay", "other");
        await Journal.Reached("relay reached");
        var stop = Host.StopAsync();
        Assert.False(stop.IsCompleted);
        Journal.Mark("relay");
        Assert.Equal(2, await Soon(running));
        await Soon(stop);
        Assert.Contains("other ShuttingDown", Journal.Lines);
        await Assert.ThrowsAnyAsync<Orleans.Runtime.OrleansException>(() => Soon(late.AddAsync(1)));
    }

    [Fact]
    public async Task References_know_their_key_and_lead_to_the_same_grain()
    {
        var reference = Grain<ILedgerGrain>("key");
        Assert.Equal("key", reference.GetPrimaryKeyString());
        await reference.AddAsync(4);
        Assert.Equal(4, await reference.AsReference<ILedgerGrain>().ValueAsync());
    }
}
