using Mdm.Fleet.Embedded.Tests.HostSuite.Grains;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded.Tests.Hosting;

/// <summary>What the embedded host promises beyond the suite.</summary>
public sealed class EmbeddedOnlyTests
{
    [Fact]
    public async Task A_call_to_an_idle_grain_is_done_when_it_returns()
    {
        await using var host = new EmbeddedSuiteHost();
        Assert.True(host.Grains.GetGrain<ILedgerGrain>("inline").AddAsync(1).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_warm_call_allocates_nothing_but_its_answer()
    {
        await using var host = new EmbeddedSuiteHost();
        var worker = host.Grains.GetGrain<IRelayGrain>("quiet");
        await worker.RestAsync();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < 1_000; call++)
            _ = worker.RestAsync();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task Memory_follows_the_active_grains()
    {
        await using var host = new EmbeddedSuiteHost();
        for (var grain = 0; grain < 500; grain++)
            await host.Grains.GetGrain<ILedgerGrain>($"grain {grain}").AddAsync(1);
        Assert.Equal(500, host.Host.ActivationCount);
        host.Advance(TimeSpan.FromMinutes(20));
        for (var grain = 0; grain < 500; grain++)
            await host.Journal.Reached($"grain {grain} gone");
        await host.StopAsync();
        Assert.DoesNotContain(host.Journal.Lines, line => line.EndsWith("ShuttingDown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_chain_of_grains_does_not_exhaust_the_stack()
    {
        await using var host = new EmbeddedSuiteHost();
        Assert.Equal(20_000, await host.Grains.GetGrain<IRelayGrain>("20000").CountDownAsync().WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Too_many_waiting_events_are_dropped()
    {
        await using var host = new EmbeddedSuiteHost(o => o.StreamBacklogMax = 2);
        var hold = host.Grains.GetGrain<IMemberGrain>("full").HoldAsync("full");
        await host.Grains.GetGrain<IPublisherGrain>("p").PublishAsync("full", [new Nudge(1), new Nudge(2), new Nudge(3)]);
        host.Journal.Mark("full");
        await hold;
        await host.Journal.Reached("full: 2");
        await host.Grains.GetGrain<IPublisherGrain>("p").PublishAsync("other", [new Nudge(4)]);
        await host.Journal.Reached("other: 4");
        Assert.DoesNotContain("full: 3", host.Journal.Lines);
    }

    [Fact]
    public async Task A_grain_for_which_too_many_calls_wait_refuses_one_more_and_takes_calls_again_later()
    {
        await using var host = new EmbeddedSuiteHost(o => o.WaitingCallsMax = 3);
        var ledger = host.Grains.GetGrain<ILedgerGrain>("busy");
        var slow = ledger.AddSlowlyAsync("busy");
        await host.Journal.Reached("busy reached");
        var waiting = Enumerable.Range(0, 3).Select(_ => ledger.AddAsync(1)).ToList();
        var refused = await Assert.ThrowsAsync<OrleansException>(() => ledger.AddAsync(1));
        Assert.Contains("3 calls wait already", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await host.Grains.GetGrain<ILedgerGrain>("other").AddAsync(1));
        host.Journal.Mark("busy");
        await slow;
        await Task.WhenAll(waiting);
        Assert.Equal(4, await ledger.ValueAsync());
    }

    [Fact]
    public async Task A_stopping_host_refuses_calls_from_outside_at_once()
    {
        await using var host = new EmbeddedSuiteHost();
        var running = host.Grains.GetGrain<IRelayGrain>("running").RelayAsync("relay", "other");
        await host.Journal.Reached("relay reached");
        var stop = host.StopAsync();
        var refused = await Assert.ThrowsAsync<SiloUnavailableException>(() => host.Grains.GetGrain<ILedgerGrain>("late").AddAsync(1));
        Assert.Contains("stopping", refused.Message, StringComparison.Ordinal);
        host.Journal.Mark("relay");
        Assert.Equal(1, await running);
        await stop;
    }

    [Fact]
    public async Task A_stopped_host_refuses_every_call()
    {
        await using var host = new EmbeddedSuiteHost();
        await host.Grains.GetGrain<ILedgerGrain>("one").AddAsync(1);
        await host.StopAsync();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => host.Grains.GetGrain<ILedgerGrain>("one").AddAsync(1));
        Assert.Equal(0, host.Host.ActivationCount);
    }

    [Fact]
    public async Task A_stop_gives_up_on_a_turn_that_does_not_end_when_its_time_is_over()
    {
        await using var host = new EmbeddedSuiteHost();
        var call = host.Grains.GetGrain<ILedgerGrain>("stuck").AddSlowlyAsync("stuck");
        await host.Journal.Reached("stuck reached");
        using var limit = new CancellationTokenSource();
        var stop = host.Host.StopAsync(limit.Token);
        Assert.False(stop.IsCompleted);
        await limit.CancelAsync();
        await stop;
        Assert.False(call.IsCompleted);
    }
}
