using System.Collections.Immutable;

namespace Mdm.Fleet.Storage;

/// <summary>
/// One durable write: the record, and what goes with it in the same transaction. Only a winner (its etag fits) has its index row,
/// due marks and events written.
/// </summary>
/// <param name="Key">Where.</param>
/// <param name="Body">The new bytes; null clears the record (beware: in "x ? null : memory" the null becomes empty memory).</param>
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
