using Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

namespace Mdm.Fleet.Embedded.Tests.HostSuite;

/// <summary>One turn at a time, never re-entrant; exceptions and lateness reach the caller.</summary>
public abstract class TurnRules : HostRules
{
    [Fact]
    public async Task A_call_reaches_the_grain_of_its_key()
    {
        Assert.Equal("anna", await Grain<ILedgerGrain>("anna").KeyAsync());
        Assert.Equal("bert", await Grain<ILedgerGrain>("bert").KeyAsync());
    }

    [Fact]
    public async Task Calls_of_all_four_task_types_answer()
    {
        var ledger = Grain<ILedgerGrain>("types");
        Assert.Equal(3, await ledger.AddAsync(3));
        await ledger.TouchAsync();
        Assert.Equal(3, await ledger.ValueAsync());
    }

    [Fact]
    public async Task A_call_waits_until_the_turn_before_it_has_ended()
    {
        var ledger = Grain<ILedgerGrain>("turns");
        var first = ledger.AddSlowlyAsync("one");
        await Journal.Reached("one reached");
        var second = ledger.AddSlowlyAsync("two");
        var third = ledger.AddAsync(10);
        Assert.False(second.IsCompleted);
        Journal.Mark("two");
        Journal.Mark("one");
        var answers = await Soon(Task.WhenAll(first, second, third));
        Assert.Equal([1, 2, 12], answers);
    }

    [Fact]
    public async Task Calls_of_many_threads_lose_no_update()
    {
        var ledger = Grain<ILedgerGrain>("many");
        Journal.Mark("open");
        await Soon(Parallel.ForEachAsync(Enumerable.Range(0, 2_000), async (_, _) => await ledger.AddSlowlyAsync("open")));
        Assert.Equal(2_000, await ledger.ValueAsync());
    }

    [Fact]
    public async Task Turns_of_one_key_never_overlap_while_activations_come_and_go()
    {
        await Soon(Parallel.ForEachAsync(Enumerable.Range(0, 4_000), async (n, _) =>
            await Grain<IGuardGrain>($"guard {n % 7}").EnterAsync(leaveAfter: n % 11 == 0, wait: n % 3 == 0)));
        Assert.Empty(Journal.Lines);
    }

    [Fact]
    public async Task Parts_of_one_turn_never_run_at_the_same_time() =>
        Assert.Equal(800, await Soon(Grain<ILedgerGrain>("parts").AddInPartsAsync(8)));

    [Fact]
    public async Task An_exception_crosses_to_the_caller_and_the_grain_lives_on()
    {
        var ledger = Grain<ILedgerGrain>("fails");
        var before = await ledger.ActivationAsync();
        Assert.Equal("now", (await Assert.ThrowsAsync<InvalidOperationException>(() => ledger.FailAsync("now"))).Message);
        Assert.Equal("later", (await Assert.ThrowsAsync<InvalidOperationException>(() => ledger.FailLaterAsync("later"))).Message);
        Assert.Equal(before, await ledger.ActivationAsync());
    }

    [Fact]
    public async Task A_grain_that_calls_itself_waits_until_the_call_times_out()
    {
        var ledger = Grain<ILedgerGrain>("self");
        var call = ledger.CallSelfAsync();
        Assert.False(call.IsCompleted);
        Host.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<TimeoutException>(() => Soon(call));
        Assert.Equal(0, await Soon(ledger.ValueAsync().AsTask()));
    }

    [Fact]
    public async Task A_cycle_of_calls_waits_until_a_call_times_out()
    {
        var call = Grain<ILedgerGrain>("a").CallAroundAsync("b", "a");
        await Journal.Reached("b calls a");
        Host.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<TimeoutException>(() => Soon(call));
        Assert.Equal(1, await Soon(Grain<ILedgerGrain>("a").AddAsync(1)));
    }

    [Fact]
    public async Task A_late_call_fails_for_its_caller_while_its_turn_goes_on()
    {
        var call = Grain<ILedgerGrain>("late").AddSlowlyAsync("late");
        await Journal.Reached("late reached");
        Host.Advance(TimeSpan.FromSeconds(29));
        Assert.False(call.IsCompleted);
        Host.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => Soon(call));
        Journal.Mark("late");
        Assert.Equal(1, await Soon(Grain<ILedgerGrain>("late").ValueAsync().AsTask()));
    }

    [Fact]
    public async Task A_method_may_have_a_time_limit_of_its_own()
    {
        var call = Grain<ILedgerGrain>("short").WaitAsync("short");
        await Journal.Reached("short reached");
        Host.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<TimeoutException>(() => Soon(call));
        Journal.Mark("short");
        await Journal.Reached("short passed");
    }

    [Fact]
    public async Task A_call_that_timed_out_in_line_never_runs()
    {
        var ledger = Grain<ILedgerGrain>("line");
        var first = ledger.AddSlowlyAsync("line");
        await Journal.Reached("line reached");
        var second = ledger.AddAsync(10);
        Host.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<TimeoutException>(() => Soon(first));
        await Assert.ThrowsAsync<TimeoutException>(() => Soon(second));
        Journal.Mark("line");
        Assert.Equal(1, await Soon(ledger.ValueAsync().AsTask()));
    }
}
