namespace Mdm.Fleet.Storage;

/// <summary>A line of the event log: subject (kind and key of the noun it is about), type, UTC time, small JSON object.</summary>
public sealed record EventLine(string Type, DateTimeOffset At, ReadOnlyMemory<byte> Data, RecordKey Subject);

/// <summary>An event as read: the cursor grows strictly, and a reader that goes on from it never skips one.</summary>
public sealed record StoredEvent(long Cursor, EventLine Line);
