using System.Collections.Immutable;
using Mdm.Fleet.Storage.Commit;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>A store in one PostgreSQL database.</summary>
internal sealed class PostgresRecordStore : IRecordStore
{
    private static readonly TimeSpan settleWait = TimeSpan.FromMilliseconds(50);

    private readonly PostgresOwnership ownership;
    private readonly PostgresReaders readers;
    private readonly PostgresEventQueries events;
    private readonly Committer committer;
    private readonly Timer settled;
    private readonly PostgresEventSignal? signal;
    private bool disposed;

    private PostgresRecordStore(StoreOptions options, PostgresOwnership ownership, PostgresReaders readers, PostgresEventLog log)
    {
        this.ownership = ownership;
        this.readers = readers;
        events = new PostgresEventQueries(readers, log, ownership.Owner);
        settled = new Timer(_ => RaiseEvents());
        signal = ownership.Owner.IsShared ? new PostgresEventSignal(options, readers, RaiseEvents) : null;
        committer = new Committer(new PostgresEngine(options, ownership, log), TellEvents, options.Meter);
        ownership.Lost.Register(() => committer.Close($"{options.Name} is owned by another process."));
    }

    public event Action? EventsCommitted;

    public CancellationToken OwnershipLost => ownership.Lost;

    public static async Task<IRecordStore> OpenAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        var ownership = await PostgresOwnership.TakeAsync(options, cancellationToken);
        var readers = new PostgresReaders(options);
        try
        {
            return new PostgresRecordStore(options, ownership, readers, await PostgresEventLog.OpenAsync(readers.Source, cancellationToken));
        }
        catch (Exception e)
        {
            await readers.DisposeAsync();
            await ownership.DisposeAsync();
            if (PostgresFailures.IsStoreAtFault(e))
                throw new StoreRefusedException($"{options.Name} can't be opened: {e.Message.ReplaceLineEndings(" ")}", e);
            throw;
        }
    }

    public ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        RecordLimits.CanExist(key) ? PostgresQueries.RecordAsync(readers, key, cancellationToken) : ValueTask.FromResult<StoredRecord?>(null);

    public Task<long> WriteAsync(RecordWrite write, CancellationToken cancellationToken = default) => committer.WriteAsync(write, cancellationToken);

    public Task MarkAsync(IReadOnlyList<DueChange> changes, CancellationToken cancellationToken = default) =>
        committer.MarkAsync(changes, cancellationToken);

    public Task<ImmutableArray<DueMark>> ReadDueAsync(int shard, DateTimeOffset now, int limit, CancellationToken cancellationToken = default) =>
        PostgresQueries.DueAsync(readers, shard, now, limit, cancellationToken);

    public Task<ImmutableArray<int>> ReadDueShardsAsync(DateTimeOffset now, CancellationToken cancellationToken = default) =>
        PostgresQueries.DueShardsAsync(readers, now, cancellationToken);

    public Task<int> CountDueAsync(string kind, string reason, long markMax, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return RecordLimits.CanMatch(kind, reason, null)
            ? PostgresQueries.CountDueAsync(readers, kind, reason, markMax, limit, cancellationToken)
            : Task.FromResult(0);
    }

    public Task<IndexPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken = default)
    {
        RecordLimits.CheckPage(query.Limit);
        if (!RecordLimits.CanMatch(query))
            return Task.FromResult(new IndexPage([], null));
        return PostgresQueries.IndexAsync(readers, query, cancellationToken);
    }

    public Task<ScanPage> ScanAsync(
        string kind, string? after, int limit, string? tag = null, bool withSummary = false, CancellationToken cancellationToken = default)
    {
        RecordLimits.CheckPage(limit, RecordLimits.ScanRowsMax);
        return RecordLimits.CanMatch(kind, after, tag)
            ? PostgresQueries.ScanAsync(readers, kind, after, limit, tag, withSummary, cancellationToken)
            : Task.FromResult(new ScanPage([], null));
    }

    public Task<ImmutableArray<IndexEntry>> ReadIndexAsync(string kind, IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        keys = RecordLimits.CheckKeys(keys);
        return PostgresQueries.IndexAsync(readers, kind, keys, cancellationToken);
    }

    public Task<ImmutableSortedDictionary<string, long>> CountAsync(string kind, CancellationToken cancellationToken = default) =>
        PostgresQueries.CountAsync(readers, kind, cancellationToken);

    public async Task<ImmutableArray<StoredEvent>> ReadEventsAsync(
        long after, int limit, RecordKey? subject = null, CancellationToken cancellationToken = default)
    {
        if (subject is { } of && !RecordLimits.CanExist(of))
            return [];
        var (page, heldBack) = await events.AfterAsync(after, limit, subject, cancellationToken);
        // Whoever was nudged and found less than there is hears again once the older transaction may have ended.
        if (heldBack && !disposed)
            settled.Change(settleWait, Timeout.InfiniteTimeSpan);
        return page;
    }

    public Task<ImmutableArray<StoredEvent>> ReadLatestEventsAsync(
        RecordKey subject, long? before, int limit, CancellationToken cancellationToken = default) =>
        RecordLimits.CanExist(subject)
            ? events.LatestAsync(subject, before, limit, cancellationToken)
            : Task.FromResult(ImmutableArray<StoredEvent>.Empty);

    public Task<long> LastEventCursorAsync(CancellationToken cancellationToken = default) => events.LastAsync(cancellationToken);

    public Task<int> DropEventsBeforeAsync(DateOnly day, CancellationToken cancellationToken = default) => events.DropAsync(day, cancellationToken);

    public Task CopyToAsync(string path, CancellationToken cancellationToken = default) =>
        Task.FromException(new NotSupportedException("A PostgreSQL store is copied by pg_dump."));

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await Task.Run(committer.Dispose);
        await settled.DisposeAsync();
        if (signal is not null)
            await signal.DisposeAsync();
        await readers.DisposeAsync();
        await ownership.DisposeAsync();
    }

    private void RaiseEvents() => EventsCommitted?.Invoke();

    private void TellEvents()
    {
        signal?.Send();
        RaiseEvents();
    }
}
