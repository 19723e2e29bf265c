namespace Mdm.Fleet.Fleet.Tests.Observability;

/// <summary>The system's clock, but a timer of one span waits until it is let go.</summary>
internal sealed class HeldTime(TimeSpan span) : TimeProvider
{
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action _release = () => { };

    /// <summary>Somebody waits for that span.</summary>
    public Task Held => _held.Task;

    public void Release() => _release();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != span)
            return base.CreateTimer(callback, state, dueTime, period);
        _release = () => callback(state);
        _held.TrySetResult();
        return base.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
