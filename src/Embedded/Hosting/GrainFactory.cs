using System.Collections.Concurrent;
using Mdm.Fleet.Embedded.Proxies;
using Orleans;

namespace Mdm.Fleet.Embedded.Hosting;

/// <inheritdoc cref="IGrainFactory"/>
internal sealed class GrainFactory(EmbeddedHost host) : IGrainFactory
{
    private readonly ConcurrentDictionary<Type, Contract> _observerContracts = new();
    private readonly ConcurrentDictionary<(Type, object), ObserverDestination> _observers = new();

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        (TGrainInterface)(object)host.Reference(typeof(TGrainInterface), primaryKey, grainClassNamePrefix);

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj is not TGrainObserverInterface || obj is GrainReference)
            throw new ArgumentException($"The object does not implement {typeof(TGrainObserverInterface).Name} itself.", nameof(obj));
        var contract = _observerContracts.GetOrAdd(typeof(TGrainObserverInterface), NewContract);
        var destination = _observers.GetOrAdd((contract.Type, obj), _ => new ObserverDestination(host, contract, obj));
        return (TGrainObserverInterface)(object)contract.Create(destination, contract.Type.Name);
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not GrainReference { Destination: ObserverDestination destination })
            throw new ArgumentException("Not a reference to an observer.", nameof(obj));
        _observers.TryRemove((destination.Contract.Type, destination.Observer), out _);
        destination.End();
    }

    private static Contract NewContract(Type type)
    {
        var problem = Contract.MethodsOf(type).Select(m => (m.Name, Problem: Contract.Problem(m))).FirstOrDefault(p => p.Problem is not null);
        return problem.Problem is null ? new Contract(type) : throw new ArgumentException($"{type.Name}.{problem.Name} {problem.Problem}.");
    }
}
