using System.Collections.Immutable;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>A group as the catalog knows it: static membership is a fact of the user or the device, not of the catalog.</summary>
public sealed record Group(GroupId Id, string Name);

/// <summary>
/// The immutable, revisioned truth about who gets what: every plan reads one of these. It holds nobody's groups too, as nobody
/// has no record of its own.
/// </summary>
public sealed record CatalogSnapshot(
    long Revision,
    ImmutableArray<Item> Items,
    ImmutableArray<Group> UserGroups,
    ImmutableArray<Group> DeviceGroups,
    ImmutableArray<GroupId> NobodyGroups)
{
    public static CatalogSnapshot Empty { get; } = new(0, [], [], [], []);

    public Item? Find(ItemId id)
    {
        foreach (var item in Items)
        {
            if (item.Id == id)
                return item;
        }

        return null;
    }

    public bool Equals(CatalogSnapshot? other) => other is not null && Revision == other.Revision;

    public override int GetHashCode() => Revision.GetHashCode();
}
