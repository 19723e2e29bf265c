using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Bench.Grains;

public interface IPingGrain : IGrainWithStringKey
{
    Task PingAsync();

    Task YieldAsync();
}

public sealed class PingGrain : Grain, IPingGrain
{
    public Task PingAsync() => Task.CompletedTask;

    public async Task YieldAsync() => await Task.Yield();
}

public interface IPingStateGrain : IGrainWithStringKey
{
    Task PingAsync();
}

public sealed class PingStateGrain([PersistentState("ping", "store")] IPersistentState<PingState> state) : Grain, IPingStateGrain
{
    public Task PingAsync() => state.RecordExists ? Task.CompletedTask : throw new InvalidOperationException("The state was not read.");
}

/// <summary>About 2 KB of JSON.</summary>
public sealed record PingState
{
    internal static byte[] Encoded { get; } = JsonSerializer.SerializeToUtf8Bytes(
        new PingState { Items = [.. Enumerable.Range(0, 32).Select(n => $"com.example.fleet.item.{n:D4}:{new string('r', 32)}")] },
        JsonSerializerOptions.Web);

    public ImmutableArray<string> Items { get; init; } = [];
}

/// <summary>A store in which every key holds the same record.</summary>
internal sealed class SameRecord(byte[] body) : IRecordStore
{
    public CancellationToken OwnershipLost => CancellationToken.None;

    public event Action? EventsCommitted
    {
        add { }
        remove { }
    }

    public ValueTask<StoredRecord?> ReadAsync(RecordKey key, CancellationToken cancellationToken = default) => new(new StoredRecord(body, 1));

    public Task<long> WriteAsync(RecordWrite write, CancellationToken cancellationToken = default) => throw new NotSupportedException();

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
