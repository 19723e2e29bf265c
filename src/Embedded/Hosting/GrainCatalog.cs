using System.Collections.Frozen;
using Mdm.Fleet.Embedded.Activations;
using Mdm.Fleet.Embedded.Proxies;
using Orleans;
using Orleans.Streams.Core;

namespace Mdm.Fleet.Embedded.Hosting;

/// <summary>Which class serves which contract: found by reflection when the host is made.</summary>
internal sealed class GrainCatalog
{
    private readonly FrozenDictionary<Type, GrainDestination> _destinations;

    public GrainCatalog(EmbeddedHost host)
    {
        var options = host.Options;
        var types = options.Assemblies.SelectMany(a => a.GetTypes()).Where(IsGrain).Concat(options.GrainTypes).Distinct().ToArray();
        Check(types, options.CheckContracts);
        Classes = [.. types.Select(t => new GrainClass(host, t))];
        Subscribers = Classes
            .SelectMany(c => c.StreamNamespaces.Select(ns => (Namespace: ns, Class: c)))
            .ToLookup(pair => pair.Namespace, pair => pair.Class, StringComparer.Ordinal);
        _destinations = Classes
            .SelectMany(c => ContractsOf(c.Type).Select(t => new GrainDestination(c, new Contract(t))))
            .ToFrozenDictionary(d => d.Contract.Type);
    }

    public GrainClass[] Classes { get; }

    public ILookup<string, GrainClass> Subscribers { get; }

    /// <exception cref="ArgumentException">No class serves this contract, or another than the one asked for.</exception>
    public GrainDestination Destination(Type contract, string? classNamePrefix)
    {
        if (!_destinations.TryGetValue(contract, out var destination))
            throw new ArgumentException($"No grain class implements {contract.FullName}.");
        if (classNamePrefix is not null && !destination.Class.Type.FullName!.StartsWith(classNamePrefix, StringComparison.Ordinal))
            throw new ArgumentException($"The grain class of {contract.FullName} is not {classNamePrefix}.", nameof(classNamePrefix));
        return destination;
    }

    private static bool IsGrain(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && type.IsSubclassOf(typeof(Grain));

    private static IEnumerable<Type> ContractsOf(Type grain) =>
        grain.GetInterfaces().Where(i => i != typeof(IGrainWithStringKey) && typeof(IGrainWithStringKey).IsAssignableFrom(i));

    private static void Check(Type[] classes, bool shapes)
    {
        var contracts = classes.SelectMany(c => ContractsOf(c).Select(i => (Contract: i, Class: c))).ToLookup(p => p.Contract, p => p.Class);
        var problems = contracts.Where(c => c.Count() > 1)
            .Select(c => $"{c.Key.FullName} is implemented by {string.Join(" and ", c.Select(t => t.FullName))}: one class serves a contract.")
            .Concat(contracts.SelectMany(c => c.Key.GetMethods()).Select(m => (Method: m, Problem: Contract.Problem(m)))
                .Where(p => p.Problem is not null)
                .Select(p => $"{p.Method.DeclaringType!.FullName}.{p.Method.Name} {p.Problem}."))
            .Concat(classes.Where(c => c.IsDefined(typeof(ImplicitStreamSubscriptionAttribute), inherit: true) && !c.IsAssignableTo(typeof(IStreamSubscriptionObserver)))
                .Select(c => $"{c.FullName} has an implicit stream subscription and is no {nameof(IStreamSubscriptionObserver)}."))
            .Concat(shapes ? ContractCheck.Check(contracts.Select(c => c.Key)) : [])
            .ToArray();
        if (problems.Length > 0)
            throw new GrainConfigurationException(string.Join(Environment.NewLine, problems));
    }
}
