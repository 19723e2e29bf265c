namespace Mdm.Fleet.Embedded.Activations;

/// <summary>
/// One object's turns, one at a time: a turn is open until its task completes, and what is awaited in it comes back through this
/// synchronization context, so that never two threads are inside. Locks on itself, because a lock object per activation would cost
/// more memory than the rest of the mailbox.
/// </summary>
/// <param name="occupied">True: a first turn is already open on the constructing thread.</param>
internal abstract class Mailbox(bool occupied) : SynchronizationContext, IThreadPoolWorkItem
{
    private const int StepsMax = 256;

    private Line<Turn> _turns;
    private Line<ContinuationStep> _steps;
    private bool _executing = occupied;
    private bool _turnOpen = occupied;
    private bool _closed;
    private int _waiting;

    /// <summary>Turns in line, those included that nobody waits for any more.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>The object that calls go to.</summary>
    public abstract object? Target { get; }

    /// <summary>Why nothing can be called here any more; null while open, or when a call belongs to the successor.</summary>
    public Exception? Failure { get; protected set; }

    protected bool IsIdle => !_executing && !_turnOpen && _turns.First is null;

    /// <summary>No turn may begin here but the last one.</summary>
    protected virtual bool IsEnding => false;

    protected virtual bool TurnReady => _turns.First is not null;

    /// <summary>Opens a turn on this thread if nothing runs or waits; then the caller must <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        lock (this)
            return IsIdle && !IsEnding && (_executing = _turnOpen = true);
    }

    /// <summary>Ends what <see cref="TryEnter"/> began; an unfinished turn stays open.</summary>
    public void Leave(bool turnOver)
    {
        bool more;
        lock (this)
        {
            _executing = false;
            _turnOpen &= !turnOver;
            more = ClaimWork();
        }
        if (more)
            Schedule();
    }

    /// <summary>False = this mailbox is closed and the turn belongs to its successor.</summary>
    public bool TryEnqueue(Turn turn)
    {
        lock (this)
        {
            if (_closed)
                return false;
            _turns.Add(turn);
            _waiting++;
        }
        Wake();
        return true;
    }

    /// <summary>Runs the turn here if the mailbox is idle, else puts it in line. False = closed.</summary>
    public bool TrySubmit(Turn turn)
    {
        if (!TryEnter())
            return TryEnqueue(turn);
        RunEntered(turn);
        return true;
    }

    /// <summary>The open turn is over; called by any thread.</summary>
    public void CloseTurn()
    {
        lock (this)
            _turnOpen = false;
        Wake();
    }

    /// <summary>A turn ended with an exception; called before the next turn can begin.</summary>
    public virtual void TurnFailed(Exception exception)
    {
    }

    /// <summary>A turn begins that counts as use.</summary>
    public virtual void Used()
    {
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (this)
            _steps.Add(new ContinuationStep(d, state));
        Wake();
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nothing waits for a grain by blocking a thread.");

    public override SynchronizationContext CreateCopy() => this;

    void IThreadPoolWorkItem.Execute()
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            for (var steps = 0; steps < StepsMax; steps++)
            {
                if (!TryTake(out var step, out var turn))
                    return;
                Run(step);
                turn?.Run(this);
            }
            Schedule();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs a turn on this thread, which has entered.</summary>
    protected void RunEntered(Turn turn)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            turn.Run(this);
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
        Leave(turnOver: false);
    }

    /// <summary>Has a thread look for work, if there is any that may run.</summary>
    protected void Wake()
    {
        bool more;
        lock (this)
            more = ClaimWork();
        if (more)
            Schedule();
    }

    /// <summary>No turn starts any more; answers the turns that waited.</summary>
    protected Line<Turn> Close()
    {
        lock (this)
        {
            _closed = _turnOpen = true;
            var waiting = _turns;
            (_turns, _waiting) = (default, 0);
            return waiting;
        }
    }

    protected abstract void Unobserved(Exception exception);

    /// <summary>The next turn, under lock; null = none now.</summary>
    protected virtual Turn? TakeTurn()
    {
        while (_turns.Take() is { } turn)
        {
            _waiting--;
            if (!turn.IsAbandoned)
                return turn;
        }

        return null;
    }

    /// <summary>A step throws only where code started something and let go of it (async void): nobody else can be told.</summary>
    private void Run(ContinuationStep? step)
    {
        try
        {
            step?.Run();
        }
        catch (Exception e)
        {
            Unobserved(e);
        }
    }

    private bool TryTake(out ContinuationStep? step, out Turn? turn)
    {
        lock (this)
        {
            step = _steps.Take();
            turn = step is null && !_turnOpen && TurnReady ? TakeTurn() : null;
            _turnOpen |= turn is not null;
            return _executing = step is not null || turn is not null;
        }
    }

    private bool ClaimWork() =>
        !_executing && (_steps.First is not null || (!_turnOpen && TurnReady)) && (_executing = true);

    private void Schedule() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
}
