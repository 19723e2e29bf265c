using System.Collections.Immutable;
using System.Text;

namespace Mdm.Fleet.Storage.Tests;

/// <summary>A new, open store for each test.</summary>
public abstract class StoreTest(ITestEngine engine) : IAsyncLifetime
{
    protected static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    protected ITestEngine Engine { get; } = engine;

    protected StoreOptions Options { get; private set; } = null!;

    protected IRecordStore Store { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Options = await Engine.NewStoreAsync();
        Store = await RecordStores.OpenAsync(Options);
    }

    public async Task DisposeAsync() => await Store.DisposeAsync();

    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await RecordStores.OpenAsync(Options);
    }

    protected static RecordKey Device(string key) => new("device", key);

    protected static ReadOnlyMemory<byte> Json(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(StoredRecord? record) => record is null ? "none" : $"{Encoding.UTF8.GetString(record.Body.Span)}@{record.Etag}";

    protected static IndexRow Row(string status, string search = "", params string[] tags) => new(status, search, Json("{}"), [.. tags]);

    protected static EventLine Line(string type, RecordKey subject, DateTimeOffset? at = null) => new(type, at ?? Noon, Json("{}"), subject);

    protected static DueChange Set(string key, long mark, DateTimeOffset at, string reason = "catalog") => new(Device(key), reason, mark, at);

    protected static DueChange Cleared(string key, long mark, string reason = "catalog") => new(Device(key), reason, mark, null);

    protected Task<long> WriteAsync(
        string key, string? body, long etag, IndexRow? index = null, ImmutableArray<EventLine> events = default, ImmutableArray<DueChange> due = default) =>
        Store.WriteAsync(new RecordWrite(Device(key), body is null ? (ReadOnlyMemory<byte>?)null : Json(body), etag, index, events, due));

    protected async Task<string> ReadAsync(string key) => Text(await Store.ReadAsync(Device(key)));

    protected async Task<string> KeysAsync(IndexQuery query) => string.Join(' ', (await Store.QueryAsync(query)).Rows.Select(r => r.Key));

    protected async Task<string> EventsAsync(RecordKey? subject = null) =>
        string.Join(' ', (await Store.ReadEventsAsync(0, 1000, subject)).Select(e => e.Line.Type));

    protected async Task<string> DueAsync(string key, DateTimeOffset now) =>
        string.Join(' ', (await Store.ReadDueAsync(IRecordStore.DueShard(key), now, 1000)).Where(m => m.Key.Key == key).Select(m => $"{m.Reason}:{m.Mark}"));
}
