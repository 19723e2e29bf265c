using System.Collections.Immutable;

namespace Mdm.Fleet.Storage;

/// <summary>
/// Durable records with etags, group commit, index, due marks and event log: DESIGN.md, section 6. Two engines, SQLite and PostgreSQL,
/// and one suite that both pass. Safe for any number of callers.
/// </summary>
public interface IRecordStore : IAsyncDisposable
{
    /// <summary>The record, or null where there is none.</summary>
    /// <exception cref="StoreUnavailableException"/>
    ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default);

    /// <summary>Completes with the new etag (0 after a clear) once the write is durable.</summary>
    /// <exception cref="RecordConflictException"/>
    /// <exception cref="StoreUnavailableException"/>
    Task<long> WriteAsync(RecordWrite write, CancellationToken cancellationToken = default);

    /// <summary>Sets or clears marks in bulk, durably, without touching records.</summary>
    Task MarkAsync(IReadOnlyList<DueChange> changes, CancellationToken cancellationToken = default);

    /// <summary>Marks that are due at a time, of one shard of the keys (<see cref="DueShard"/>), earliest first.</summary>
    Task<ImmutableArray<DueMark>> ReadDueAsync(int shard, DateTimeOffset now, int limit, CancellationToken cancellationToken = default);

    /// <summary>The shards that have anything due at a time.</summary>
    Task<ImmutableArray<int>> ReadDueShardsAsync(DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>How many marks of a kind and reason up to a mark are set, whenever they are due; counts no further than a limit.</summary>
    Task<int> CountDueAsync(string kind, string reason, long markMax, int limit, CancellationToken cancellationToken = default);

    /// <summary>A page of the index in key order, from <see cref="IndexQuery.After"/> on.</summary>
    Task<IndexPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// A page of a kind's keys with status and facts, in key order from behind a key on (null = from the start): for passes over the
    /// whole fleet, beside which writers go on. A row that changes between two pages is seen as it was or as it is.
    /// </summary>
    /// <param name="kind">The noun.</param>
    /// <param name="after">The key behind which the page begins: the last page's <see cref="ScanPage.Next"/>.</param>
    /// <param name="limit">1 to <see cref="RecordLimits.ScanRowsMax"/>.</param>
    /// <param name="tag">Only rows with this tag.</param>
    /// <param name="withSummary">Whether to read the summaries too, which costs about as much again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException"/>
    Task<ScanPage> ScanAsync(
        string kind, string? after, int limit, string? tag = null, bool withSummary = false, CancellationToken cancellationToken = default);

    /// <summary>The index rows of some keys (at most <see cref="RecordLimits.PageRowsMax"/>), in key order; a key without a row is left out.</summary>
    Task<ImmutableArray<IndexEntry>> ReadIndexAsync(string kind, IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default);

    /// <summary>How many index rows of a kind have each status.</summary>
    Task<ImmutableSortedDictionary<string, long>> CountAsync(string kind, CancellationToken cancellationToken = default);

    /// <summary>Events after a cursor in cursor order, of one subject or of all; never skips one that commits later with a smaller cursor.</summary>
    Task<ImmutableArray<StoredEvent>> ReadEventsAsync(long after, int limit, RecordKey? subject = null, CancellationToken cancellationToken = default);

    /// <summary>The newest events of a subject, newest first, before a cursor (null = from the end).</summary>
    Task<ImmutableArray<StoredEvent>> ReadLatestEventsAsync(RecordKey subject, long? before, int limit, CancellationToken cancellationToken = default);

    /// <summary>The cursor behind the last event.</summary>
    Task<long> LastEventCursorAsync(CancellationToken cancellationToken = default);

    /// <summary>Drops events of days before a day (UTC); answers how many days were dropped.</summary>
    Task<int> DropEventsBeforeAsync(DateOnly day, CancellationToken cancellationToken = default);

    /// <summary>Copies the whole store while it is in use (SQLite only: PostgreSQL has pg_dump).</summary>
    /// <exception cref="NotSupportedException">The engine has its own means.</exception>
    Task CopyToAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>
    /// Raised after a commit that wrote events, of this process or of another one that shares the store, outside any lock: a nudge to read the log,
    /// nothing more. It may come once too often.
    /// </summary>
    event Action? EventsCommitted;

    /// <summary>Fires when the ownership of the store is lost: the process must stop.</summary>
    CancellationToken OwnershipLost { get; }

    /// <summary>The number of shards of due marks.</summary>
    const int DueShards = 64;

    /// <summary>The shard of a key: stable across processes and versions.</summary>
    static int DueShard(string key)
    {
        var hash = 2166136261u; // FNV-1a, 32 bit
        foreach (var c in key)
            hash = (hash ^ c) * 16777619u;
        return (int)(hash % DueShards);
    }
}
