namespace Mdm.Fleet.Embedded.Activations;

/// <summary>
/// One object's turns, one at a time: a turn is open until its task completes, and what is awaited in it comes back through this
/// synchronization context, so that never two threads are inside. Locks on itself, because a lock object per activation would cost
/// more memory than the rest of the mailbox.
/// </summary>
internal abstract class Mailbox : SynchronizationContext, IThreadPoolWorkItem
{
    private const int StepsMax = 256;

    private Turn? _first;
    private Turn? _last;
    private Continuation? _nextStep;
    private Continuation? _lastStep;
    private bool _executing;
    private bool _turnOpen;
    private bool _closed;

    /// <param name="occupied">True: a first turn is already open on the constructing thread.</param>
    protected Mailbox(bool occupied) => _executing = _turnOpen = occupied;

    /// <summary>The object that calls go to.</summary>
    public abstract object? Target { get; }

    /// <summary>Why nothing can be called here any more; null while open, or when a call belongs to the successor.</summary>
    public Exception? Failure { get; protected set; }

    protected bool IsIdle => !_executing && !_turnOpen && _first is null;

    /// <summary>No turn may begin here but the last one.</summary>
    protected virtual bool IsEnding => false;

    protected virtual bool TurnReady => _first is not null;

    /// <summary>Opens a turn on this thread if nothing runs or waits; then the caller must <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        lock (this)
        {
            if (_executing || _turnOpen || _first is not null || IsEnding)
                return false;
            return _executing = _turnOpen = true;
        }
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
        bool more;
        lock (this)
        {
            if (_closed)
                return false;
            if (_last is null)
                _first = turn;
            else
                _last.Next = turn;
            _last = turn;
            more = ClaimWork();
        }
        if (more)
            Schedule();
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
        bool more;
        lock (this)
        {
            _turnOpen = false;
            more = ClaimWork();
        }
        if (more)
            Schedule();
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
        var step = new Continuation(d, state);
        bool more;
        lock (this)
        {
            if (_lastStep is null)
                _nextStep = step;
            else
                _lastStep.Next = step;
            _lastStep = step;
            more = ClaimWork();
        }
        if (more)
            Schedule();
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

    /// <summary>Looks again for work, after what <see cref="TurnReady"/> depends on was changed under this object's lock.</summary>
    protected void Wake()
    {
        bool more;
        lock (this)
            more = ClaimWork();
        if (more)
            Schedule();
    }

    /// <summary>No turn starts any more; answers the turns that waited.</summary>
    protected Turn? Close()
    {
        lock (this)
        {
            _closed = _turnOpen = true;
            var waiting = _first;
            _first = _last = null;
            return waiting;
        }
    }

    protected abstract void Unobserved(Exception exception);

    /// <summary>The next turn, under lock; null = none now.</summary>
    protected virtual Turn? TakeTurn()
    {
        while (_first is { } turn)
        {
            _first = turn.Next;
            turn.Next = null;
            if (_first is null)
                _last = null;
            if (!turn.IsAbandoned)
                return turn;
        }
        return null;
    }

    /// <summary>A step throws only where code started something and let go of it (async void): nobody else can be told.</summary>
    private void Run(Continuation? step)
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

    private bool TryTake(out Continuation? step, out Turn? turn)
    {
        (step, turn) = (null, null);
        lock (this)
        {
            if (_nextStep is not null)
            {
                step = _nextStep;
                _nextStep = step.Next;
                if (_nextStep is null)
                    _lastStep = null;
                return true;
            }
            if (!_turnOpen && TurnReady && (turn = TakeTurn()) is not null)
            {
                return _turnOpen = true;
            }
            _executing = false;
            return false;
        }
    }

    private bool ClaimWork()
    {
        if (_executing || (_nextStep is null && (_turnOpen || !TurnReady)))
            return false;
        return _executing = true;
    }

    private void Schedule() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private sealed class Continuation(SendOrPostCallback callback, object? state)
    {
        public Continuation? Next { get; set; }

        public void Run() => callback(state);
    }
}
