using Mdm.Fleet.Embedded.Activations;
using Orleans.Runtime;
using Orleans.Streams;

namespace Mdm.Fleet.Embedded.Streams;

/// <summary>Something given to a stream.</summary>
internal abstract class StreamEvent(string provider, StreamId stream)
{
    public string Provider => provider;

    public StreamId Stream => stream;

    /// <summary>Null = the observer takes events of another type.</summary>
    public abstract Task? Give(object observer);
}

/// <summary>An item, the end, or an error: a function says which.</summary>
internal sealed class StreamEvent<T>(string provider, StreamId stream, Func<IAsyncObserver<T>, Task> give) : StreamEvent(provider, stream)
{
    public override Task? Give(object observer) => observer is IAsyncObserver<T> typed ? give(typed) : null;
}

/// <summary>One delivery of an event to one grain, as a turn.</summary>
internal sealed class Delivery(GrainClass to, StreamEvent streamEvent) : Turn
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Done => _done.Task;

    internal override bool IsAbandoned => _done.Task.IsCompleted;

    public void Send()
    {
        while (!to.Host.IsClosed)
        {
            var activation = to.Resolve(streamEvent.Stream.GetKeyAsString());
            if (activation.TrySubmit(this))
                return;
            if (activation.Failure is { } failure)
            {
                Refuse(failure);
                return;
            }
        }
        Refuse(EmbeddedHost.Stopped());
    }

    internal override void Forward() => Send();

    internal override void Refuse(Exception exception) => _done.TrySetException(exception);

    protected override Task Invoke(Mailbox mailbox) => ((Activation)mailbox).DeliverAsync(streamEvent);

    protected override void Completed(Task outcome)
    {
        if (outcome.Exception is { } failure)
            _done.TrySetException(failure.InnerExceptions);
        else if (outcome.IsCanceled)
            _done.TrySetCanceled();
        else
            _done.TrySetResult();
    }
}
