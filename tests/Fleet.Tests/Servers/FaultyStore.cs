using System.Collections.Immutable;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Fleet.Tests.Servers;

/// <summary>The store of a server, which fails with a given exception while there is one.</summary>
internal sealed class FaultyStore(IRecordStore inner) : IRecordStore
{
    public event Action? EventsCommitted
    {
        add => inner.EventsCommitted += value;
        remove => inner.EventsCommitted -= value;
    }

    /// <summary>What every read and write fails with; null = none does.</summary>
    public Func<Exception>? Failure { get; set; }

    public CancellationToken OwnershipLost => inner.OwnershipLost;

    /// <summary>Puts itself between a server and its store.</summary>
    public static Action<IServiceCollection> Between(Action<FaultyStore> made) => services =>
    {
        var real = services.Single(service => service.ServiceType == typeof(IRecordStore)).ImplementationFactory!;
        services.AddSingleton<IRecordStore>(provider =>
        {
            var faulty = new FaultyStore((IRecordStore)real(provider));
            made(faulty);
            return faulty;
        });
    };

    public ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default) => Sound().ReadAsync(key, cancellationToken);

    public Task<long> WriteAsync(RecordWrite write, CancellationToken cancellationToken = default) => Sound().WriteAsync(write, cancellationToken);

    public Task MarkAsync(IReadOnlyList<DueChange> changes, CancellationToken cancellationToken = default) => Sound().MarkAsync(changes, cancellationToken);

    public Task<ImmutableArray<DueMark>> ReadDueAsync(int shard, DateTimeOffset now, int limit, CancellationToken cancellationToken = default) =>
        Sound().ReadDueAsync(shard, now, limit, cancellationToken);

    public Task<ImmutableArray<int>> ReadDueShardsAsync(DateTimeOffset now, CancellationToken cancellationToken = default) =>
        Sound().ReadDueShardsAsync(now, cancellationToken);

    public Task<IndexPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken = default) => Sound().QueryAsync(query, cancellationToken);

    public Task<ImmutableArray<IndexEntry>> ReadIndexAsync(string kind, IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) =>
        Sound().ReadIndexAsync(kind, keys, cancellationToken);

    public Task<ImmutableSortedDictionary<string, long>> CountAsync(string kind, CancellationToken cancellationToken = default) =>
        Sound().CountAsync(kind, cancellationToken);

    public Task<ImmutableArray<StoredEvent>> ReadEventsAsync(long after, int limit, RecordKey? subject = null, CancellationToken cancellationToken = default) =>
        Sound().ReadEventsAsync(after, limit, subject, cancellationToken);

    public Task<ImmutableArray<StoredEvent>> ReadLatestEventsAsync(RecordKey subject, long? before, int limit, CancellationToken cancellationToken = default) =>
        Sound().ReadLatestEventsAsync(subject, before, limit, cancellationToken);

    public Task<long> LastEventCursorAsync(CancellationToken cancellationToken = default) => Sound().LastEventCursorAsync(cancellationToken);

    public Task<int> DropEventsBeforeAsync(DateOnly day, CancellationToken cancellationToken = default) => Sound().DropEventsBeforeAsync(day, cancellationToken);

    public Task CopyToAsync(string path, CancellationToken cancellationToken = default) => inner.CopyToAsync(path, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private IRecordStore Sound() => Failure is { } failure ? throw failure() : inner;
}
