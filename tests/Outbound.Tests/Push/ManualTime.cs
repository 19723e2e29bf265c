using System.Threading.Channels;

namespace Mdm.Fleet.Outbound.Tests.Push;

/// <summary>A clock that stands until the test moves it, and tells the test which timers were started.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private readonly Channel<TimeSpan> _started = Channel.CreateUnbounded<TimeSpan>();
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (_gate)
        {
            _now += by;
            due = _timers.FindAll(timer => timer.Due <= _now);
            _timers.RemoveAll(due.Contains);
        }
        due.ForEach(timer => timer.Fire());
    }

    /// <summary>The length of the next timer started that is no longer than a limit; longer ones are passed over.</summary>
    public async Task<TimeSpan> NextTimerAsync(TimeSpan longest)
    {
        while (true)
        {
            var started = await _started.Reader.ReadAsync().AsTask().WaitAsync(PushRig.Patience);
            if (started <= longest)
                return started;
        }
    }

    /// <summary>Lets every pause up to ten seconds pass at once until the task ends.</summary>
    public async Task<T> DriveAsync<T>(Task<T> task)
    {
        using var ended = new CancellationTokenSource();
        _ = task.ContinueWith(_ => ended.Cancel(), TaskScheduler.Default);
        while (!task.IsCompleted)
        {
            var started = _started.Reader.WaitToReadAsync(ended.Token).AsTask();
            await Task.WhenAny(task, started).WaitAsync(PushRig.Patience);
            while (_started.Reader.TryRead(out var due))
            {
                if (due <= TimeSpan.FromSeconds(10))
                    Advance(due);
            }
        }
        return await task;
    }

    private sealed class Timer(ManualTime owner, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Dispose();
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            lock (owner._gate)
            {
                Due = owner._now + dueTime;
                owner._timers.Add(this);
            }
            owner._started.Writer.TryWrite(dueTime);
            if (dueTime == TimeSpan.Zero)
                owner.Advance(TimeSpan.Zero);
            return true;
        }

        public void Dispose()
        {
            lock (owner._gate)
                owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
