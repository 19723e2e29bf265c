using System.Text.Json.Serialization;
using Mdm.Fleet.Frontend.Admin.Devices;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Overview;

namespace Mdm.Fleet.Frontend.Live;

/// <summary>What a page asks for: the fleet, or one device's events; with a cursor, all that came after it.</summary>
public sealed record SubscribeRequest(long? Cursor = null, string? Device = null);

/// <summary>
/// Rows that changed, as they are now. Reset: more has changed than is worth telling, or the store is another one; load the list again.
/// </summary>
public sealed record DevicesMessage(
    long Cursor,
    IReadOnlyList<RawJson> Rows,
    IReadOnlyList<string> Removed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OverviewObject? Overview = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Reset = false);

/// <summary>What happened to one device, in order.</summary>
public sealed record EventsMessage(
    long Cursor,
    IReadOnlyList<EventObject> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Reset = false);
