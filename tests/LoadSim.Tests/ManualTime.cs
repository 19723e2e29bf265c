namespace Mdm.Fleet.LoadSim.Tests;

/// <summary>A clock that stands still until a test moves it. Timers ring on the thread that moves it.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private TaskCompletionSource _alarmSet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <summary>Completes when somebody waits for this clock.</summary>
    public Task WhenWaitingAsync()
    {
        lock (_gate)
            return _alarms.Count > 0 ? Task.CompletedTask : _alarmSet.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public void Advance(TimeSpan by)
    {
        Alarm[] due;
        lock (_gate)
        {
            _now += by;
            due = [.. _alarms.Where(alarm => alarm.At <= _now).OrderBy(alarm => alarm.At)];
            foreach (var alarm in due)
                _alarms.Remove(alarm);
        }

        foreach (var alarm in due)
            alarm.Ring();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state), period);
        alarm.Change(dueTime, period);
        return alarm;
    }

    private sealed class Alarm(ManualTime clock, Action ring, TimeSpan period) : ITimer
    {
        private TimeSpan _period = period;

        public DateTimeOffset At { get; private set; }

        public void Ring()
        {
            ring();
            if (_period > TimeSpan.Zero)
                Change(_period, _period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                _period = period;
                clock._alarms.Remove(this);
                if (dueTime < TimeSpan.Zero)
                    return true;
                At = clock._now + dueTime;
                clock._alarms.Add(this);
                clock._alarmSet.TrySetResult();
                clock._alarmSet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
                clock._alarms.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
