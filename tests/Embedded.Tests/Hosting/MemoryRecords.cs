using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Embedded.Tests.Hosting;

/// <summary>Records with etags in memory, and the writes that made them. Not durable, lists nothing.</summary>
internal sealed class MemoryRecords : IRecordStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RecordKey, StoredRecord> _records = [];
    private Exception? _failure;

    public ConcurrentQueue<RecordWrite> Writes { get; } = new();

    public CancellationToken OwnershipLost => CancellationToken.None;

    public event Action? EventsCommitted
    {
        add { }
        remove { }
    }

    public void FailNextWrite(Exception exception) => Volatile.Write(ref _failure, exception);

    public async ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        lock (_lock)
            return _records.GetValueOrDefault(key);
    }

    public async Task<long> WriteAsync(RecordWrite write, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        if (Interlocked.Exchange(ref _failure, null) is { } failure)
            throw failure;
        lock (_lock)
        {
            var stored = _records.GetValueOrDefault(write.Key)?.Etag;
            if ((stored ?? 0) != write.ExpectedEtag)
                throw new RecordConflictException(write.Key, write.ExpectedEtag, stored);
            Writes.Enqueue(write);
            if (write.Body is { } body)
                _records[write.Key] = new StoredRecord(body, write.ExpectedEtag + 1);
            else
                _records.Remove(write.Key);
            return write.Body is null ? 0 : write.ExpectedEtag + 1;
        }
    }

    public Task MarkAsync(IReadOnlyList<DueChange> changes, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ImmutableArray<DueMark>> ReadDueAsync(int shard, DateTimeOffset now, int limit, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<int>> ReadDueShardsAsync(DateTimeOffset now, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<int> CountDueAsync(string kind, string reason, long markMax, int limit, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<ScanPage> ScanAsync(
        string kind, string? after, int limit, string? tag = null, bool withSummary = false, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<IndexPage> QueryAsync(IndexQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ImmutableArray<IndexEntry>> ReadIndexAsync(string kind, IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<ImmutableSortedDictionary<string, long>> CountAsync(string kind, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<StoredEvent>> ReadEventsAsync(
        long after, int limit, RecordKey? subject = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ImmutableArray<StoredEvent>> ReadLatestEventsAsync(
        RecordKey subject, long? before, int limit, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<long> LastEventCursorAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<int> DropEventsBeforeAsync(DateOnly day, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task CopyToAsync(string path, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
