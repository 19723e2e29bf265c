using Mdm.Fleet.Embedded.Activations;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded.Proxies;

/// <summary>The base of the emitted proxies: a key and where it leads.</summary>
internal abstract class GrainReference(Destination destination, string key) : IAddressable
{
    private static readonly Exception NoTask = new InvalidOperationException("A grain method answered null in place of a task.");

    public Destination Destination => destination;

    public string Key => key;

    public override string ToString() => $"{destination.Name} {key}";

    /// <summary>Puts a call in line, at this activation or the next.</summary>
    public void Enqueue(Call call)
    {
        while (true)
        {
            if (destination.Host.IsClosed)
            {
                call.Refuse(EmbeddedHost.Stopped());
                return;
            }
            var mailbox = destination.Resolve(key);
            if (destination.IsCrowded(mailbox))
            {
                call.Refuse(destination.Crowded(key));
                return;
            }
            if (mailbox.TryEnqueue(call))
                return;
            if (mailbox.Failure is { } failure)
            {
                call.Refuse(failure);
                return;
            }
        }
    }

    /// <summary>Called by the emitted methods: runs the call here if the mailbox is idle, else puts it in line.</summary>
    protected Task Send<TInvocation, TResult>(TInvocation invocation, int method)
        where TInvocation : struct, IInvocation
    {
        if (destination.Host.Refuses())
            return Task.FromException<TResult>(EmbeddedHost.Stopped());
        var mailbox = destination.Resolve(key);
        if (System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack() && mailbox.TryEnter())
            return Run<TInvocation, TResult>(mailbox, invocation, method);
        if (mailbox.Failure is { } failure)
            return Task.FromException<TResult>(failure);
        if (destination.IsCrowded(mailbox))
            return Task.FromException<TResult>(destination.Crowded(key));
        var call = Pending<TInvocation, TResult>(invocation, method);
        if (!mailbox.TryEnqueue(call))
            Enqueue(call);
        return call.Result;
    }

    private Task Run<TInvocation, TResult>(Mailbox mailbox, TInvocation invocation, int method)
        where TInvocation : struct, IInvocation
    {
        mailbox.Used();
        var outcome = Invoke<TInvocation, TResult>(mailbox, invocation);
        if (outcome.IsCompleted)
        {
            if (outcome.Exception is { } failure)
                mailbox.TurnFailed(failure.InnerException!);
            mailbox.Leave(turnOver: true);
            return outcome;
        }
        var call = Pending<TInvocation, TResult>(invocation, method);
        call.Follow(mailbox, outcome);
        mailbox.Leave(turnOver: false);
        return call.Result;
    }

    private static Task Invoke<TInvocation, TResult>(Mailbox mailbox, TInvocation invocation)
        where TInvocation : struct, IInvocation
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(mailbox);
        try
        {
            return invocation.Invoke(mailbox.Target!) ?? Task.FromException<TResult>(NoTask);
        }
        catch (Exception e)
        {
            return Task.FromException<TResult>(e);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private Call<TInvocation, TResult> Pending<TInvocation, TResult>(TInvocation invocation, int method)
        where TInvocation : struct, IInvocation
    {
        var call = new Call<TInvocation, TResult>(this, invocation, method);
        destination.SetDeadline(call, method);
        return call;
    }
}
