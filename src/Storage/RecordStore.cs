using System.Collections.Immutable;

namespace Mdm.Fleet.Storage;

/// <summary>The address of a record: the noun ("device", "user" …) and its key. Kind ≤ 32, key ≤ 256 characters.</summary>
public readonly record struct RecordKey(string Kind, string Key);

/// <summary>A record as stored. The etag is a version number that starts at 1.</summary>
public sealed record StoredRecord(ReadOnlyMemory<byte> Body, long Etag);

/// <summary>
/// One durable write: the record, and what goes with it in the same transaction. Only a winner (its etag fits) has its index row,
/// due marks and events written.
/// </summary>
/// <param name="Key">Where.</param>
/// <param name="Body">The new bytes; null clears the record.</param>
/// <param name="ExpectedEtag">The etag last read; 0 = the record must not exist.</param>
/// <param name="Index">The row that lists and searches read; null leaves the row as it is. A cleared record loses its row.</param>
/// <param name="Events">Lines for the event log.</param>
/// <param name="Due">Marks set or cleared.</param>
public sealed record RecordWrite(
    RecordKey Key,
    ReadOnlyMemory<byte>? Body,
    long ExpectedEtag,
    IndexRow? Index = null,
    ImmutableArray<EventLine> Events = default,
    ImmutableArray<DueChange> Due = default);

/// <summary>
/// What lists show and filter. <paramref name="Summary"/> is a small JSON object that a page shows as it is.
/// <paramref name="Tags"/> are exact-match handles ("owner:anna", "group:nurses", "token:…"), at most 64 of them.
/// <paramref name="Search"/> is lower-case text that a search looks into.
/// </summary>
public sealed record IndexRow(string Status, string Search, ReadOnlyMemory<byte> Summary, ImmutableArray<string> Tags);

/// <summary>A line of the event log: subject (kind and key of the noun it is about), type, UTC time, small JSON object.</summary>
public sealed record EventLine(string Type, DateTimeOffset At, ReadOnlyMemory<byte> Data, RecordKey Subject);

/// <summary>An event as read: the cursor grows strictly, and a reader that goes on from it never skips one.</summary>
public sealed record StoredEvent(long Cursor, EventLine Line);

/// <summary>
/// A durable mark that something must look again at a record. <paramref name="Reason"/> keeps marks of one key apart ("catalog",
/// "push", "retry"). <paramref name="Mark"/> is a generation: clearing removes marks up to and including it; setting keeps the
/// larger mark and the earlier time. Time null = clear.
/// </summary>
public sealed record DueChange(RecordKey Key, string Reason, long Mark, DateTimeOffset? At);

/// <summary>A due mark as read.</summary>
public sealed record DueMark(RecordKey Key, string Reason, long Mark, DateTimeOffset At);

/// <summary>A page of the index; <paramref name="Next"/> null = the end.</summary>
public sealed record IndexPage(ImmutableArray<IndexEntry> Rows, string? Next);

/// <summary>An index row with the key it stands for.</summary>
public sealed record IndexEntry(string Key, IndexRow Row);

/// <summary>Filters of a list; all that are set must hold. Limit 1 to 1,000.</summary>
public sealed record IndexQuery(string Kind, string? Status = null, string? Tag = null, string? Search = null, string? After = null, int Limit = 100);

/// <summary>The record's etag is not the one expected. The loser re-reads; nothing of its write is stored.</summary>
public sealed class RecordConflictException(RecordKey key, long expectedEtag, long? storedEtag)
    : Exception($"{key.Kind}/{key.Key}: etag {expectedEtag} expected, {storedEtag?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} stored.")
{
    public RecordKey Key { get; } = key;

    public long ExpectedEtag { get; } = expectedEtag;

    public long? StoredEtag { get; } = storedEtag;
}

/// <summary>The store can't be reached or refuses to work; whether an attempted write is stored is unknown until it is read again.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another process owns this store, or it can't be opened: a start fails with this message, one line.</summary>
public sealed class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);

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

    /// <summary>A page of the index in key order, from <see cref="IndexQuery.After"/> on.</summary>
    Task<IndexPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken = default);

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

    /// <summary>Raised after a commit that wrote events, outside any lock: a nudge to read the log, nothing more.</summary>
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

/// <summary>
/// A state type that names its index row, events and due marks, so that they are committed with it. The host's storage bridge asks
/// right before the write.
/// </summary>
public interface IStoredState
{
    /// <summary>Null = the row stays as it is.</summary>
    IndexRow? TakeIndex();

    ImmutableArray<EventLine> TakeEvents();

    ImmutableArray<DueChange> TakeDue();
}
