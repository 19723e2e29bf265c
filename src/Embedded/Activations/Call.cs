using System.Diagnostics;
using Mdm.Fleet.Embedded.Proxies;

namespace Mdm.Fleet.Embedded.Activations;

/// <summary>The arguments of one method call; a struct is emitted for each method of a contract.</summary>
internal interface IInvocation
{
    Task Invoke(object target);
}

/// <summary>Stands for the result of a method that has none.</summary>
internal readonly struct Nothing;

/// <summary>A call that did not end at once: it waits for its turn, or its turn for something. A node of <see cref="Deadlines"/>.</summary>
internal abstract class Call : Turn
{
    internal Call? Earlier { get; set; }

    internal Call? Later { get; set; }

    internal TimeSpan Deadline { get; set; }

    /// <summary>-1 while it has no deadline.</summary>
    internal int Stripe { get; set; } = -1;

    /// <summary>Its deadline has passed: it must not begin any more.</summary>
    internal bool IsLate { get; set; }

    internal abstract void TimeOut();
}

/// <inheritdoc cref="Call"/>
internal sealed class Call<TInvocation, TResult>(GrainReference to, TInvocation invocation, int method) : Call
    where TInvocation : struct, IInvocation
{
    private readonly TaskCompletionSource<TResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Activity? _traced = Activity.Current;
    private TInvocation _invocation = invocation;

    public Task Result => _result.Task;

    internal override bool IsAbandoned => IsLate || _result.Task.IsCompleted;

    internal override void TimeOut() => _result.TrySetException(to.Destination.TimedOut(to.Key, method));

    internal override void Forward() => to.Enqueue(this);

    internal override void Refuse(Exception exception)
    {
        to.Destination.Host.Deadlines.Remove(this);
        _result.TrySetException(exception);
    }

    protected override Task Invoke(Mailbox mailbox) => _traced is null ? _invocation.Invoke(mailbox.Target!) : InvokeTraced(mailbox);

    /// <summary>A call that waited goes on in the trace of whoever made it.</summary>
    private Task InvokeTraced(Mailbox mailbox)
    {
        var outer = Activity.Current;
        Activity.Current = _traced;
        try
        {
            return _invocation.Invoke(mailbox.Target!);
        }
        finally
        {
            Activity.Current = outer;
        }
    }

    protected override void Completed(Task outcome)
    {
        to.Destination.Host.Deadlines.Remove(this);
        if (outcome.Exception is { } failure)
            _result.TrySetException(failure.InnerExceptions);
        else if (outcome.IsCanceled)
            _result.TrySetCanceled();
        else
            _result.TrySetResult(outcome is Task<TResult> answer ? answer.Result : default!);
    }
}
