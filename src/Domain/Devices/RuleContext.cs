using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>
/// What a rule may not find out by itself: the time, fresh ids, the catalog it plans against, and which commands may have been
/// handed out (handing out is not persisted: after a restart every queued command may have been).
/// </summary>
public sealed record RuleContext(DateTimeOffset Now, CatalogSnapshot Catalog, Func<Guid> NewId, Func<Guid, bool> MayBeHandedOut)
{
    /// <summary>The last sign of the person who holds the device; null = not known now, so that no session is idle.</summary>
    public DateTimeOffset? ActiveAt { get; init; }
}
