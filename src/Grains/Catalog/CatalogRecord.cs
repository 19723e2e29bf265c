using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Catalog;

/// <summary>The published catalog and, in the same write, what is still to be carried to devices.</summary>
public sealed record CatalogRecord : IStoredState
{
    /// <summary>The reason of the mark that starts again what the outbox holds.</summary>
    public const string Fanouts = "outbox";

    /// <summary>The reason of the mark that comes at the end of a day.</summary>
    public const string Day = "day";

    private static readonly RecordKey Key = new("catalog", ICatalog.Key);

    public CatalogSnapshot Snapshot { get; init; } = CatalogSnapshot.Empty;

    public ImmutableArray<CatalogChange> Outbox { get; init => field = value.IsDefault ? [] : value; } = [];

    public DateTimeOffset ChangedAt { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public IndexRow? TakeIndex() => null;

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() =>
    [
        new DueChange(Key, Fanouts, Snapshot.Revision, Outbox.IsEmpty ? null : ChangedAt + CatalogGrain.OutboxRetry),
        new DueChange(Key, Day, Snapshot.Revision, null),
        .. DayMark(),
    ];

    /// <summary>The mark of the next day, where a rule counts days.</summary>
    public IEnumerable<DueChange> DayMark() => CatalogReach.CountsDays(Snapshot)
        ? [new DueChange(Key, Day, Snapshot.Revision, new DateTimeOffset(Snapshot.Today.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero))]
        : [];
}
