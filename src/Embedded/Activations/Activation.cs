using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Mdm.Fleet.Embedded.Streams;

namespace Mdm.Fleet.Embedded.Activations;

/// <summary>One grain in memory: constructed and its state read on the first call, dropped when idle, on request, or after a conflict.</summary>
internal sealed class Activation(GrainClass grainClass, string key) : Mailbox(occupied: true), IGrainContext
{
    [ThreadStatic]
    private static Activation? _constructing;

    private object? _instance;
    private List<GrainTimer>? _timers;
    private Subscriptions? _subscriptions;
    private Deactivating? _deactivating;
    private int _interleaved;
    private int _lastUsed;

    /// <summary>The activation whose grain is being constructed on this thread.</summary>
    public static Activation? Constructing => _constructing;

    public string Key => key;

    public GrainClass Class => grainClass;

    public EmbeddedHost Host => grainClass.Host;

    public object? GrainInstance => _instance;

    public override object? Target => _instance;

    protected override bool IsEnding => _deactivating is not null;

    protected override bool TurnReady => _deactivating is null ? base.TurnReady : _interleaved == 0;

    /// <summary>Starts the activation on this thread, as far as it goes without waiting.</summary>
    public void Begin() => RunEntered(new Activating());

    /// <summary>It was asked to go and is not gone.</summary>
    public bool IsLeaving => _deactivating is not null;

    /// <summary>A turn is open or waits.</summary>
    public bool HasTurns
    {
        get
        {
            lock (this)
                return !IsIdle;
        }
    }

    /// <summary>Nothing at all runs or waits here.</summary>
    public bool IsFree
    {
        get
        {
            lock (this)
                return IsIdle && _deactivating is null && _interleaved == 0;
        }
    }

    public bool IsIdleSince(int tick)
    {
        lock (this)
            return IsFree && _lastUsed <= tick;
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default) =>
        DeactivateAsync(deactivationReason);

    /// <summary>Completes when the activation is gone; waiting calls have gone to the next one.</summary>
    public Task DeactivateAsync(DeactivationReason reason)
    {
        lock (this)
            _deactivating ??= new Deactivating(reason);
        Wake();
        return _deactivating.Gone;
    }

    public override void Used() => _lastUsed = Host.Tick;

    public override void TurnFailed(Exception exception)
    {
        if (exception is not InconsistentStateException { IsSourceActivation: true } conflict)
            return;
        conflict.IsSourceActivation = false;
        Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, exception, "What it knew of its record was out of date."));
    }

    public GrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options);
        lock (this)
            (_timers ??= []).Add(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void RemoveTimer(GrainTimer timer)
    {
        lock (this)
            _timers?.Remove(timer);
    }

    /// <summary>Work that may run while a turn waits is under way (+1) or over (-1); no deactivation meanwhile.</summary>
    public void Interleaving(int change)
    {
        lock (this)
            _interleaved += change;
        Wake();
    }

    public Task DeliverAsync(StreamEvent streamEvent) => (_subscriptions ??= new Subscriptions(_instance!)).DeliverAsync(streamEvent);

    protected override void Unobserved(Exception exception) =>
        Host.Logger.LogError(exception, "{Class} {Key}: work that nobody awaits failed.", grainClass.Name, key);

    protected override Turn? TakeTurn() => _deactivating ?? base.TakeTurn();

    private async Task ActivateAsync()
    {
        var outer = _constructing;
        _constructing = this;
        Persistence.IActivationState[] states;
        try
        {
            (_instance, states) = grainClass.Construct(this);
        }
        finally
        {
            _constructing = outer;
        }
        foreach (var state in states)
            await state.ReadStateAsync(Host.Stopping);
        if (_instance is Grain grain)
            await grain.OnActivateAsync(Host.Stopping);
    }

    private async Task DeactivateAsync(Deactivating turn)
    {
        StopTimers();
        if (_instance is not Grain grain || !grainClass.HasLastWords)
            return;
        using var limit = new CancellationTokenSource(Host.Options.DeactivationTimeout, Host.Time);
        try
        {
            await grain.OnDeactivateAsync(turn.Reason, limit.Token).WaitAsync(limit.Token);
            if (grain is IAsyncDisposable disposable)
                await disposable.DisposeAsync();
            else
                (grain as IDisposable)?.Dispose();
        }
        catch (Exception e)
        {
            Host.Logger.LogWarning(e, "{Class} {Key}: the grain failed while it was deactivated.", grainClass.Name, key);
        }
    }

    private void StopTimers()
    {
        GrainTimer[] timers;
        lock (this)
        {
            timers = _timers?.ToArray() ?? [];
            _timers = null;
        }
        foreach (var timer in timers)
            timer.Dispose();
    }

    private void Die(Exception? failure)
    {
        StopTimers();
        Failure = failure;
        grainClass.Remove(this);
        var waiting = Close();
        (_instance, _subscriptions) = (null, null);
        while (waiting is { } turn)
        {
            waiting = turn.Next;
            turn.Next = null;
            if (failure is null)
                turn.Forward();
            else
                turn.Refuse(failure);
        }
        _deactivating?.Forward();
    }

    /// <summary>The first turn: construct, read, hook.</summary>
    private sealed class Activating : Turn
    {
        internal override void Forward() => throw new InvalidOperationException("An activation begins once.");

        internal override void Refuse(Exception exception) => throw new InvalidOperationException("An activation begins once.");

        protected override Task Invoke(Mailbox mailbox) => ((Activation)mailbox).ActivateAsync();

        protected override void Completed(Task outcome) => throw new InvalidOperationException("An activation ends its first turn itself.");

        protected override void End(Mailbox mailbox, Task outcome)
        {
            if (outcome.IsCompletedSuccessfully)
                mailbox.CloseTurn();
            else
                ((Activation)mailbox).Die(outcome.Exception?.InnerException ?? new SiloUnavailableException("The grain host is stopping."));
        }
    }

    /// <summary>The last turn.</summary>
    private sealed class Deactivating(DeactivationReason reason) : Turn
    {
        private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DeactivationReason Reason => reason;

        public Task Gone => _gone.Task;

        internal override void Forward() => _gone.TrySetResult();

        internal override void Refuse(Exception exception) => Forward();

        protected override Task Invoke(Mailbox mailbox) => ((Activation)mailbox).DeactivateAsync(this);

        protected override void Completed(Task outcome) => Forward();

        protected override void End(Mailbox mailbox, Task outcome)
        {
            ((Activation)mailbox).Die(null);
        }
    }
}
