namespace Mdm.Fleet.Storage;

/// <summary>The address of a record: the noun ("device", "user" …) and its key. Kind ≤ 32, key ≤ 256 characters.</summary>
public readonly record struct RecordKey(string Kind, string Key);

/// <summary>A record as stored. The etag is a version number that starts at 1.</summary>
public sealed record StoredRecord(ReadOnlyMemory<byte> Body, long Etag);
