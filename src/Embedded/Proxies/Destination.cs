using Mdm.Fleet.Embedded.Activations;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded.Proxies;

/// <summary>Where the references of one contract lead: the activations of a grain class, or one observer.</summary>
internal abstract class Destination(EmbeddedHost host, Contract contract)
{
    public EmbeddedHost Host => host;

    public Contract Contract => contract;

    public abstract string Name { get; }

    /// <summary>The mailbox of a key, activated if need be.</summary>
    public abstract Mailbox Resolve(string key);

    public void SetDeadline(Call call, int method)
    {
        var timeout = contract.Methods[method].Timeout ?? host.Options.ResponseTimeout;
        if (timeout > TimeSpan.Zero)
            host.Deadlines.Add(call, host.Now + timeout);
    }

    /// <summary>No more calls may wait there. Callers that ask at the same moment may pass it by one each.</summary>
    public bool IsCrowded(Mailbox mailbox) => mailbox.Waiting >= host.Options.WaitingCallsMax;

    public OrleansException Crowded(string key)
    {
        host.Metrics.Refused();
        return new OrleansException($"{Name} {key}: {host.Options.WaitingCallsMax} calls wait already, and no more are taken.");
    }

    public TimeoutException TimedOut(string key, int method)
    {
        host.Metrics.TimedOut();
        var (name, timeout) = contract.Methods[method];
        return new TimeoutException($"{Name} {key}: {contract.Type.Name}.{name} did not answer within {timeout ?? host.Options.ResponseTimeout}.");
    }
}

/// <summary>The activations of a grain class.</summary>
internal sealed class GrainDestination(GrainClass grainClass, Contract contract) : Destination(grainClass.Host, contract)
{
    public GrainClass Class => grainClass;

    public override string Name => grainClass.Name;

    public override Mailbox Resolve(string key) => grainClass.Resolve(key);
}

/// <summary>An object that is no grain, with a mailbox of its own.</summary>
internal sealed class ObserverDestination(EmbeddedHost host, Contract contract, object observer) : Destination(host, contract)
{
    private readonly ObserverMailbox _mailbox = new(host, observer);

    public override string Name => Contract.Type.Name;

    public object Observer => _mailbox.Target!;

    public override Mailbox Resolve(string key) => _mailbox;

    public void End() => _mailbox.End();

    private sealed class ObserverMailbox(EmbeddedHost host, object observer) : Mailbox(occupied: false)
    {
        public override object? Target => observer;

        protected override bool IsEnding => Failure is not null;

        public void End()
        {
            Failure = new OrleansException("The reference to this observer was deleted.");
            var waiting = Close();
            while (waiting.Take() is { } turn)
                turn.Refuse(Failure);
        }

        protected override void Unobserved(Exception exception) =>
            host.Logger.LogError(exception, "{Observer}: work that nobody awaits failed.", observer.GetType().Name);
    }
}
