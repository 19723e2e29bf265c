using System.Collections.Concurrent;
using System.Reflection;
using Mdm.Fleet.Embedded.Persistence;
using Orleans;
using Orleans.Concurrency;

namespace Mdm.Fleet.Embedded.Activations;

/// <summary>A grain class and its activations, at most one a key; a stateless worker has a pool a key.</summary>
internal sealed class GrainClass
{
    private readonly GrainConstructor _constructor;
    private readonly ConcurrentDictionary<string, Activation> _activations = new();
    private readonly ConcurrentDictionary<string, WorkerPool>? _pools;
    private readonly int _workersMax;

    public GrainClass(EmbeddedHost host, Type type)
    {
        Host = host;
        Type = type;
        _constructor = new GrainConstructor(host, type);
        if (type.GetCustomAttribute<StatelessWorkerAttribute>() is { } worker)
            (_pools, _workersMax) = (new(), worker.MaxLocalWorkers);
        if (_pools is not null && _constructor.HasState)
            throw new GrainConfigurationException($"{Name} is a stateless worker and has a persistent state.");
        HasLastWords = type.GetMethod(nameof(Grain.OnDeactivateAsync))!.DeclaringType != typeof(Grain)
            || type.IsAssignableTo(typeof(IAsyncDisposable)) || type.IsAssignableTo(typeof(IDisposable));
        StreamNamespaces = [.. type.GetCustomAttributes<ImplicitStreamSubscriptionAttribute>().Select(s => s.StreamNamespace)];
    }

    public EmbeddedHost Host { get; }

    public Type Type { get; }

    public string Name => Type.Name;

    public StripedCount Turns { get; } = new();

    /// <summary>Its grains have something to do when they are deactivated.</summary>
    public bool HasLastWords { get; }

    public string[] StreamNamespaces { get; }

    public IEnumerable<Activation> Activations => _pools is null
        ? _activations.Select(pair => pair.Value)
        : _pools.SelectMany(pair => pair.Value.Workers);

    public (object Grain, IActivationState[] States) Construct(Activation activation) => _constructor.Construct(activation);

    /// <summary>The activation of a key; the one that makes it begins it.</summary>
    public Activation Resolve(string key)
    {
        if (_activations.TryGetValue(key, out var activation))
            return activation;
        if (_pools is not null)
            return _pools.GetOrAdd(key, k => new WorkerPool(this, k, _workersMax)).Pick();
        var fresh = new Activation(this, key);
        activation = _activations.GetOrAdd(key, fresh);
        if (ReferenceEquals(activation, fresh))
            fresh.Begin();
        return activation;
    }

    public void Remove(Activation activation)
    {
        if (_pools is null)
            _activations.TryRemove(new(activation.Key, activation));
        else if (_pools.TryGetValue(activation.Key, out var pool))
            pool.Remove(activation);
    }
}
