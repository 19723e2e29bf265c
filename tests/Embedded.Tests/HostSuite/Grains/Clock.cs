using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

public interface IClockGrain : IGrainWithStringKey
{
    /// <summary>Ticks after a second, then each second; a tick leaves the mark "tick n", waits for "pass n", and leaves "ticked n".</summary>
    Task StartAsync(bool interleave, bool keepAlive);

    /// <summary>The next tick fails.</summary>
    Task BreakAsync();

    Task ChangeAsync(TimeSpan due, TimeSpan period);

    Task StopAsync();

    Task<int> TicksAsync();

    /// <summary>The ticks there have been once the gate opens.</summary>
    Task<int> HoldAsync(string gate);

    Task LeaveAsync();
}

public sealed class ClockGrain(Journal journal) : Grain, IClockGrain
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private IGrainTimer? _timer;
    private bool _broken;
    private int _ticks;

    public Task StartAsync(bool interleave, bool keepAlive)
    {
        _timer = this.RegisterGrainTimer(TickAsync, new(Second, Second) { Interleave = interleave, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task BreakAsync()
    {
        _broken = true;
        return Task.CompletedTask;
    }

    public Task ChangeAsync(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public Task StopAsync()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task<int> TicksAsync() => Task.FromResult(_ticks);

    public async Task<int> HoldAsync(string gate)
    {
        journal.Mark($"{gate} reached");
        await journal.Wait(gate);
        return _ticks;
    }

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        journal.Mark($"{this.GetPrimaryKeyString()} gone");
        return Task.CompletedTask;
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        var tick = ++_ticks;
        journal.Mark($"tick {tick}");
        if (_broken)
        {
            _broken = false;
            throw new InvalidOperationException("This tick fails.");
        }
        await journal.Wait($"pass {tick}").WaitAsync(cancellationToken);
        journal.Mark($"ticked {tick}");
    }
}
