namespace Mdm.Fleet.Embedded.Activations;

/// <summary>One piece of work of a mailbox: open from its start until its task completes.</summary>
internal abstract class Turn : Linked<Turn>
{
    private Mailbox? _mailbox;

    /// <summary>Nobody waits for it any more: it need not begin.</summary>
    internal virtual bool IsAbandoned => false;

    /// <summary>It keeps the activation from being collected as idle.</summary>
    internal virtual bool CountsAsUse => true;

    /// <summary>Runs on the thread that holds the mailbox; never throws.</summary>
    internal void Run(Mailbox mailbox)
    {
        if (CountsAsUse)
            mailbox.Used();
        Task outcome;
        try
        {
            outcome = Invoke(mailbox);
        }
        catch (Exception e)
        {
            outcome = Task.FromException(e);
        }
        Follow(mailbox, outcome);
    }

    /// <summary>Ends the turn when its task does.</summary>
    internal void Follow(Mailbox mailbox, Task outcome)
    {
        if (outcome.IsCompleted)
        {
            End(mailbox, outcome);
            return;
        }
        _mailbox = mailbox;
        outcome.ContinueWith(
            static (task, turn) => ((Turn)turn!).End(((Turn)turn)._mailbox!, task),
            this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>The mailbox is closed: the turn goes to its successor, or ends.</summary>
    internal abstract void Forward();

    /// <summary>It will never run.</summary>
    internal abstract void Refuse(Exception exception);

    protected abstract Task Invoke(Mailbox mailbox);

    /// <summary>Tells who waits for it.</summary>
    protected abstract void Completed(Task outcome);

    protected virtual void End(Mailbox mailbox, Task outcome)
    {
        if (outcome.Exception is { } failure)
            mailbox.TurnFailed(failure.InnerException!);
        mailbox.CloseTurn();
        Completed(outcome);
    }
}
