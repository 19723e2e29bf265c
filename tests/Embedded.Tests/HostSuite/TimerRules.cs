using Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

namespace Mdm.Fleet.Embedded.Tests.HostSuite;

/// <summary>Ticks are turns, never overlap, and end with the activation.</summary>
public abstract class TimerRules : HostRules
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private IClockGrain Clock => Grain<IClockGrain>("clock");

    [Fact]
    public async Task A_timer_ticks_when_due_and_again_each_period()
    {
        Pass(2);
        await Clock.StartAsync(false, false);
        Assert.Equal(0, await Clock.TicksAsync());
        Host.Advance(Second);
        await Journal.Reached("ticked 1");
        Assert.Equal(1, await Soon(Clock.TicksAsync()));
        Host.Advance(Second);
        await Journal.Reached("ticked 2");
    }

    [Fact]
    public async Task A_tick_never_overlaps_the_one_before()
    {
        await Clock.StartAsync(interleave: true, false);
        Host.Advance(Second);
        await Journal.Reached("tick 1");
        Host.Advance(10 * Second);
        Assert.Equal(1, await Soon(Clock.TicksAsync()));
        Pass(1);
        await Journal.Reached("ticked 1");
        await Soon(Clock.TicksAsync());
        Host.Advance(Second);
        await Journal.Reached("tick 2");
    }

    [Fact]
    public async Task A_tick_waits_for_the_open_turn()
    {
        Pass(1);
        await Clock.StartAsync(interleave: false, false);
        var hold = Clock.HoldAsync("hold");
        await Journal.Reached("hold reached");
        Host.Advance(Second);
        Journal.Mark("hold");
        Assert.Equal(0, await Soon(hold));
        await Journal.Reached("ticked 1");
    }

    [Fact]
    public async Task A_call_waits_for_an_open_tick()
    {
        await Clock.StartAsync(interleave: false, false);
        Host.Advance(Second);
        await Journal.Reached("tick 1");
        var call = Clock.TicksAsync();
        Assert.False(call.IsCompleted);
        Pass(1);
        Assert.Equal(1, await Soon(call));
    }

    [Fact]
    public async Task An_interleaving_tick_runs_while_a_turn_waits()
    {
        Pass(1);
        await Clock.StartAsync(interleave: true, false);
        var hold = Clock.HoldAsync("between");
        await Journal.Reached("between reached");
        Host.Advance(Second);
        await Journal.Reached("ticked 1");
        Journal.Mark("between");
        Assert.Equal(1, await Soon(hold));
    }

    [Fact]
    public async Task A_failed_tick_does_not_stop_the_timer()
    {
        Pass(2);
        await Clock.StartAsync(false, false);
        await Clock.BreakAsync();
        Host.Advance(Second);
        await Journal.Reached("tick 1");
        await Soon(Clock.TicksAsync());
        Host.Advance(Second);
        await Journal.Reached("ticked 2");
    }

    [Fact]
    public async Task A_changed_timer_ticks_at_its_new_time()
    {
        Pass(1);
        await Clock.StartAsync(false, false);
        await Clock.ChangeAsync(5 * Second, Timeout.InfiniteTimeSpan);
        Host.Advance(4 * Second);
        Assert.Equal(0, await Soon(Clock.TicksAsync()));
        Host.Advance(Second);
        await Journal.Reached("ticked 1");
        Host.Advance(60 * Second);
        Assert.Equal(1, await Soon(Clock.TicksAsync()));
    }

    [Fact]
    public async Task A_timer_changed_during_a_tick_counts_from_the_end_of_that_tick()
    {
        await Clock.StartAsync(interleave: true, false);
        Host.Advance(Second);
        await Journal.Reached("tick 1");
        await Clock.ChangeAsync(3 * Second, Second);
        Host.Advance(10 * Second);
        Assert.Equal(1, await Soon(Clock.TicksAsync()));
        Pass(1);
        await Journal.Reached("ticked 1");
        Assert.Equal(1, await Soon(Clock.TicksAsync()));
        Host.Advance(2 * Second);
        Assert.Equal(1, await Soon(Clock.TicksAsync()));
        Host.Advance(Second);
        await Journal.Reached("tick 2");
    }

    [Fact]
    public async Task A_disposed_timer_ticks_no_more()
    {
        await Clock.StartAsync(false, false);
        await Clock.StopAsync();
        Host.Advance(5 * Second);
        Assert.Equal(0, await Soon(Clock.TicksAsync()));
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation()
    {
        await Clock.StartAsync(false, false);
        await Clock.LeaveAsync();
        await Journal.Reached("clock gone");
        Host.Advance(5 * Second);
        Assert.Equal(0, await Soon(Clock.TicksAsync()));
        Assert.False(Journal.Wait("tick 1").IsCompleted);
    }

    private void Pass(int ticks)
    {
        for (var tick = 1; tick <= ticks; tick++)
            Journal.Mark($"pass {tick}");
    }
}
