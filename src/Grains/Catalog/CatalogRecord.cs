using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Catalog;

/// <summary>The published catalog and, in the same write, what is still to be carried to devices.</summary>
public sealed record CatalogRecord : IStoredState
{
    public CatalogSnapshot Snapshot { get; init; } = CatalogSnapshot.Empty;

    public ImmutableArray<CatalogChange> Outbox { get; init => field = value.IsDefault ? [] : value; } = [];

    public DateTimeOffset ChangedAt { get; init; }

    [JsonIgnore]
    public ImmutableArray<EventLine> Events { get; init; } = [];

    public IndexRow? TakeIndex() => null;

    public ImmutableArray<EventLine> TakeEvents() => Events;

    public ImmutableArray<DueChange> TakeDue() =>
        [new DueChange(new RecordKey("catalog", ICatalog.Key), "outbox", Snapshot.Revision, Outbox.IsEmpty ? null : ChangedAt + CatalogGrain.OutboxRetry)];
}
