using System.Collections.Immutable;
using Mdm.Fleet.Storage.Commit;
using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>A store in one directory, for one process.</summary>
internal sealed class SqliteRecordStore : IRecordStore
{
    public const string FileName = "fleet.db";

    private readonly StoreOptions options;
    private readonly SqliteOwnership ownership;
    private readonly SqliteReaders readers;
    private readonly Committer committer;
    private readonly string file;
    private bool disposed;

    private SqliteRecordStore(StoreOptions options, SqliteOwnership ownership, SqliteEngine engine)
    {
        this.options = options;
        this.ownership = ownership;
        file = FileOf(options);
        readers = new SqliteReaders(file, options);
        committer = new Committer(engine, () => EventsCommitted?.Invoke(), options.Meter);
    }

    public event Action? EventsCommitted;

    /// <summary>Never fires: the operating system takes no file lock away.</summary>
    public CancellationToken OwnershipLost => CancellationToken.None;

    public static SqliteRecordStore Open(StoreOptions options)
    {
        var ownership = SqliteOwnership.Take(options);
        try
        {
            Claim(FileOf(options));
            using (var database = SqliteEngine.Open(FileOf(options), options))
                SqliteSchema.Migrate(database, options.Name);
            return new SqliteRecordStore(options, ownership, new SqliteEngine(FileOf(options), options));
        }
        catch (Exception e)
        {
            ownership.Dispose();
            if (e is SqliteFailure failure)
                throw new StoreRefusedException($"{options.Name} can't be opened: {failure.Message}", failure);
            throw;
        }
    }

    public ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        RecordLimits.CanExist(key) ? readers.ReadAsync(key, SqliteQueries.Record, cancellationToken) : ValueTask.FromResult<StoredRecord?>(null);

    public Task<long> WriteAsync(RecordWrite write, CancellationToken cancellationToken = default) => committer.WriteAsync(write, cancellationToken);

    public Task MarkAsync(IReadOnlyList<DueChange> changes, CancellationToken cancellationToken = default) =>
        committer.MarkAsync(changes, cancellationToken);

    public Task<ImmutableArray<DueMark>> ReadDueAsync(int shard, DateTimeOffset now, int limit, CancellationToken cancellationToken = default) =>
        readers.ReadAsync((shard, now.UtcTicks, limit), SqliteQueries.Due, cancellationToken).AsTask();

    public Task<ImmutableArray<int>> ReadDueShardsAsync(DateTimeOffset now, CancellationToken cancellationToken = default) =>
        readers.ReadAsync(now.UtcTicks, SqliteQueries.DueShards, cancellationToken).AsTask();

    public Task<int> CountDueAsync(string kind, string reason, long markMax, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return RecordLimits.CanMatch(kind, reason, null)
            ? readers.ReadAsync((kind, reason, markMax, limit), SqliteQueries.CountDue, cancellationToken).AsTask()
            : Task.FromResult(0);
    }

    public Task<IndexPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken = default)
    {
        RecordLimits.CheckPage(query.Limit);
        if (!RecordLimits.CanMatch(query))
            return Task.FromResult(new IndexPage([], null));
        return readers.ReadAsync(query, SqliteQueries.Index, cancellationToken).AsTask();
    }

    public Task<ScanPage> ScanAsync(
        string kind, string? after, int limit, string? tag = null, bool withSummary = false, CancellationToken cancellationToken = default)
    {
        RecordLimits.CheckPage(limit, RecordLimits.ScanRowsMax);
        if (!RecordLimits.CanMatch(kind, after, tag))
            return Task.FromResult(new ScanPage([], null));
        // Thousands of rows take milliseconds: not on the caller's thread, which may be a grain's.
        return Task.Run(
            () => readers.ReadAsync((kind, after, tag, withSummary, limit), SqliteQueries.Scan, cancellationToken).AsTask(), cancellationToken);
    }

    public Task<ImmutableArray<IndexEntry>> ReadIndexAsync(string kind, IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        keys = RecordLimits.CheckKeys(keys);
        return readers.ReadAsync((kind, keys), SqliteQueries.IndexOf, cancellationToken).AsTask();
    }

    public Task<ImmutableSortedDictionary<string, long>> CountAsync(string kind, CancellationToken cancellationToken = default) =>
        readers.ReadAsync(kind, SqliteQueries.Count, cancellationToken).AsTask();

    public Task<ImmutableArray<StoredEvent>> ReadEventsAsync(
        long after, int limit, RecordKey? subject = null, CancellationToken cancellationToken = default) =>
        subject is { } of && !RecordLimits.CanExist(of)
            ? Task.FromResult(ImmutableArray<StoredEvent>.Empty)
            : readers.ReadAsync((after, limit, subject), SqliteEventQueries.After, cancellationToken).AsTask();

    public Task<ImmutableArray<StoredEvent>> ReadLatestEventsAsync(
        RecordKey subject, long? before, int limit, CancellationToken cancellationToken = default) =>
        RecordLimits.CanExist(subject)
            ? readers.ReadAsync((subject, before ?? long.MaxValue, limit), SqliteEventQueries.Latest, cancellationToken).AsTask()
            : Task.FromResult(ImmutableArray<StoredEvent>.Empty);

    public Task<long> LastEventCursorAsync(CancellationToken cancellationToken = default) =>
        readers.ReadAsync(0, static (database, _) => SqliteEventQueries.Last(database), cancellationToken).AsTask();

    public async Task<int> DropEventsBeforeAsync(DateOnly day, CancellationToken cancellationToken = default)
    {
        var days = await readers.ReadAsync(day, SqliteEventQueries.DaysBefore, cancellationToken);
        while (await committer.DropAsync(day, cancellationToken) > 0)
            cancellationToken.ThrowIfCancellationRequested();
        return days;
    }

    public Task CopyToAsync(string path, CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            using var database = SqliteDatabase.Open(file, readOnly: true, options.CommitWait);
            SqliteCopy.Write(database, path);
        },
        cancellationToken);

    public ValueTask DisposeAsync()
    {
        if (disposed)
            return ValueTask.CompletedTask;
        disposed = true;
        committer.Dispose();
        readers.Dispose();
        ownership.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>SQLite gives the files beside the database the mode of the database; those that a killed process left are claimed here.</summary>
    private static void Claim(string file)
    {
        PrivateFiles.Claim(file);
        foreach (var beside in new[] { file + "-wal", file + "-shm" }.Where(File.Exists))
            PrivateFiles.Claim(beside);
    }

    private static string FileOf(StoreOptions options) => Path.Combine(options.Target, FileName);
}
