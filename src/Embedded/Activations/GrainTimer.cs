using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded.Activations;

/// <summary>A timer of one activation. The next tick is set when the last one has ended, so that ticks never overlap.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _ended = new();
    private readonly ITimer _timer;
    private TimeSpan _period;
    private bool _ticking;
    private TimeSpan? _changedTo;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        (_activation, _callback, _options) = (activation, callback, options);
        _timer = activation.Host.NewTimer(static timer => ((GrainTimer)timer!).Due(), this, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        lock (_ended)
        {
            _period = period;
            if (_ticking)
                _changedTo = dueTime;
            else
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _activation.RemoveTimer(this);
        _ended.Cancel();
    }

    private static void Check(TimeSpan time, string name)
    {
        if (time != Timeout.InfiniteTimeSpan && (time < TimeSpan.Zero || time > LongestWait))
            throw new ArgumentOutOfRangeException(name, time, "A timer waits for up to 49 days, or for ever.");
    }

    private void Due()
    {
        lock (_ended)
        {
            if (_ticking || _ended.IsCancellationRequested || _activation.Host.IsStopping)
                return;
            _ticking = true;
        }
        var tick = new Tick(this);
        if (_options.Interleave)
            _activation.Post(static state => ((Tick)state!).RunBetween(), tick);
        else
            _activation.TrySubmit(tick);
    }

    private async Task TickAsync()
    {
        if (_ended.IsCancellationRequested)
            return;
        try
        {
            await _callback(_ended.Token);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            _activation.TurnFailed(e);
            _activation.Host.Logger.LogError(e, "{Class} {Key}: a timer's tick failed.", _activation.Class.Name, _activation.Key);
        }
        finally
        {
            SetNext();
        }
    }

    private void SetNext()
    {
        lock (_ended)
        {
            _ticking = false;
            if (!_ended.IsCancellationRequested)
                _timer.Change(_changedTo ?? _period, Timeout.InfiniteTimeSpan);
            _changedTo = null;
        }
    }

    private sealed class Tick(GrainTimer timer) : Turn
    {
        internal override bool IsAbandoned => timer._ended.IsCancellationRequested;

        internal override bool CountsAsUse => timer._options.KeepAlive;

        /// <summary>As a step of the mailbox, next to a turn that waits.</summary>
        public async void RunBetween()
        {
            if (CountsAsUse)
                timer._activation.Used();
            timer._activation.Interleaving(+1);
            await timer.TickAsync();
            timer._activation.Interleaving(-1);
        }

        internal override void Forward() => timer.Dispose();

        internal override void Refuse(Exception exception) => timer.Dispose();

        protected override Task Invoke(Mailbox mailbox) => timer.TickAsync();

        protected override void Completed(Task outcome)
        {
        }
    }
}
