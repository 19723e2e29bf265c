using Mdm.Fleet.Frontend.Admin.Devices;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Frontend.Live;

/// <summary>Reads of the event log and the index that the live page is fed from.</summary>
public sealed class FleetLog(IRecordStore store)
{
    /// <summary>Rows in one message at most.</summary>
    public const int RowsMax = 500;

    /// <summary>Events that a resumed page is told at most; beyond it the page loads its list again.</summary>
    public const int MissedMax = 5_000;

    private const string Device = "device";
    private const int PageEvents = 1_000;

    public Task<long> LastAsync(CancellationToken cancellationToken) => store.LastEventCursorAsync(cancellationToken);

    /// <summary>A page of events after a cursor.</summary>
    public async Task<IReadOnlyList<StoredEvent>> AfterAsync(long cursor, CancellationToken cancellationToken) =>
        await store.ReadEventsAsync(cursor, PageEvents, null, cancellationToken);

    /// <summary>The ids of devices that events after a cursor are about; null = more events than are worth telling.</summary>
    public async Task<IReadOnlyCollection<string>?> ChangedAsync(long cursor, long until, CancellationToken cancellationToken)
    {
        var changed = new HashSet<string>(StringComparer.Ordinal);
        for (var read = 0; read < MissedMax && cursor < until; read += PageEvents)
        {
            var events = await AfterAsync(cursor, cancellationToken);
            changed.UnionWith(DevicesOf(events));
            if (events.Count < PageEvents)
                return changed;
            cursor = events[^1].Cursor;
        }

        return cursor < until ? null : changed;
    }

    /// <summary>What happened to one device after a cursor; null = more than is worth telling.</summary>
    public async Task<IReadOnlyList<EventObject>?> EventsAsync(string device, long cursor, CancellationToken cancellationToken)
    {
        var events = await store.ReadEventsAsync(cursor, PageEvents, new RecordKey(Device, device), cancellationToken);
        return events.Length < PageEvents ? [.. events.Select(EventObject.Of)] : null;
    }

    /// <summary>The rows of devices as they are now, in messages of bounded size; ids without a row are removed ones.</summary>
    public async Task<IReadOnlyList<DevicesMessage>> RowsAsync(
        IReadOnlyCollection<string> devices, long cursor, CancellationToken cancellationToken)
    {
        var messages = new List<DevicesMessage>();
        foreach (var keys in devices.Chunk(RowsMax))
        {
            var rows = await store.ReadIndexAsync(Device, keys, cancellationToken);
            var removed = keys.Except(rows.Select(row => row.Key), StringComparer.Ordinal);
            messages.Add(new DevicesMessage(cursor, [.. rows.Select(row => new RawJson(row.Row.Summary))], [.. removed]));
        }

        return messages;
    }

    public static IEnumerable<string> DevicesOf(IEnumerable<StoredEvent> events) =>
        events.Where(stored => stored.Line.Subject.Kind == Device).Select(stored => stored.Line.Subject.Key);
}
