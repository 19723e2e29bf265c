using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Storage;

namespace Mdm.Fleet.Cluster.Tests.Contracts;

/// <summary>Answers what it is given, from the silo that its key led to.</summary>
public interface IEcho : IGrainWithStringKey
{
    Task<T> Echo<T>(T value);

    Task Throw(string what);

    Task<SiloAddress> Silo();
}

[RandomPlacement]
public sealed class EchoGrain(ILocalSiloDetails silo) : Grain, IEcho
{
    public static IReadOnlyDictionary<string, Func<Exception>> Failures { get; } = new Dictionary<string, Func<Exception>>
    {
        ["store"] = () => new StoreUnavailableException("The store is away."),
        ["storage provider"] = () => new Storage.StoreFailureException("carried", new StoreUnavailableException("The store is away.")),
        ["conflict"] = () => new InconsistentStateException("etag 1 expected", "2", "1"),
        ["record conflict"] = () => new RecordConflictException(new RecordKey("device", "one"), 1, 2),
        ["late"] = () => new TimeoutException("too late"),
        ["argument"] = () => new ArgumentException("can't be stored"),
        ["full"] = () => new CatalogFullException(),
        ["busy"] = () => new PasswordsBusyException(),
        ["taken"] = () => new ManagedAppleIdTakenException(),
    };

    public Task<T> Echo<T>(T value) => Task.FromResult(value);

    public Task Throw(string what) => Task.FromException(Failures[what]());

    public Task<SiloAddress> Silo() => Task.FromResult(silo.SiloAddress);
}
