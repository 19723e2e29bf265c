using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>
/// The immutable, revisioned truth about who gets what: every plan reads one of these. It holds nobody's facts too, as nobody has no
/// record of its own.
/// </summary>
public sealed record CatalogSnapshot(
    long Revision,
    ImmutableArray<Item> Items,
    ImmutableArray<Group> UserGroups,
    ImmutableArray<Group> DeviceGroups,
    ImmutableArray<GroupId> NobodyGroups)
{
    private static readonly ConditionalWeakTable<CatalogSnapshot, CompiledCatalog> CompiledOnes = [];

    public static CatalogSnapshot Empty { get; } = new(0, [], [], [], []);

    /// <summary>The custom attributes (UG-04).</summary>
    public ImmutableArray<AttributeDefinition> Attributes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The values of nobody's attributes (MU-14).</summary>
    public ImmutableArray<AttributeValue> NobodyAttributes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The day that date rules count from, set by the catalog's day tick (UTC).</summary>
    public DateOnly Today { get; init; }

    /// <summary>Settings by user groups (UG-07), the default one too where it was ever changed.</summary>
    public ImmutableArray<SettingsEntry> Settings { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>This revision made ready for evaluation, once.</summary>
    [JsonIgnore]
    public CompiledCatalog Compiled => CompiledOnes.GetValue(this, static snapshot => new CompiledCatalog(snapshot));

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
