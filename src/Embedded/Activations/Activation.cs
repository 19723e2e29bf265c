using Mdm.Fleet.Embedded.Persistence;
using Mdm.Fleet.Embedded.Streams;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Mdm.Fleet.Embedded.Activations;

/// <summary>One grain in memory: constructed and its state read on the first call, dropped when idle, on request, or after a conflict.</summary>
internal sealed class Activation(GrainClass grainClass, string key) : Mailbox(occupied: true), IGrainContext
{
    [ThreadStatic]
    private static Activation? _constructing;

    private object? _instance;
    private List<GrainTimer>? _timers;
    private Subscriptions? _subscriptions;
    private DeactivatingTurn? _deactivating;
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

    /// <summary>Starts the activation on this thread, as far as it goes without waiting.</summary>
    public void Begin() => RunEntered(new ActivatingTurn(this));

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default) =>
        DeactivateAsync(deactivationReason);

    /// <summary>Completes when the activation is gone; waiting calls have gone to the next one.</summary>
    public Task DeactivateAsync(DeactivationReason reason)
    {
        lock (this)
            _deactivating ??= new DeactivatingTurn(this, reason);
        Wake();
        return _deactivating.Gone;
    }

    public override void Used()
    {
        _lastUsed = Host.Tick;
        if (Host.Metrics.CountsTurns)
            grainClass.Turns.Add();
    }

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

    /// <summary>What the first turn does.</summary>
    public async Task ActivateAsync()
    {
        var outer = _constructing;
        _constructing = this;
        IActivationState[] states;
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

    /// <summary>What the last turn does; never fails.</summary>
    public async Task DeactivateGrainAsync(DeactivationReason reason)
    {
        StopTimers();
        if (_instance is not Grain grain || !grainClass.HasLastWords)
            return;
        using var limit = new CancellationTokenSource(Host.Options.DeactivationTimeout, Host.Time);
        try
        {
            await grain.OnDeactivateAsync(reason, limit.Token).WaitAsync(limit.Token);
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

    /// <summary>Gone: waiting calls go to the next activation, or fail where this one failed to begin.</summary>
    public void Die(Exception? failure)
    {
        StopTimers();
        Failure = failure;
        grainClass.Remove(this);
        var waiting = Close();
        (_instance, _subscriptions) = (null, null);
        while (waiting.Take() is { } turn)
            if (failure is null)
                turn.Forward();
            else
                turn.Refuse(failure);
        _deactivating?.Forward();
    }

    protected override void Unobserved(Exception exception) =>
        Host.Logger.LogError(exception, "{Class} {Key}: work that nobody awaits failed.", grainClass.Name, key);

    protected override Turn? TakeTurn() => _deactivating ?? base.TakeTurn();

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
}
