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

    public Group? Find(GroupRef group) => GroupsLike(group).FirstOrDefault(known => known.Id == group.Id);

    /// <summary>The next revision: with an item put in, or in the place of the one with its id. Groups that are no more reach nobody: a draft may still name one.</summary>
    public CatalogSnapshot With(Item item)
    {
        item = item.Without(
            id => id != GroupId.Everyone && Find(new GroupRef(false, id)) is null,
            id => Find(new GroupRef(true, id)) is null);
        return this with { Revision = Revision + 1, Items = Find(item.Id) is { } old ? Items.Replace(old, item) : Items.Add(item) };
    }

    /// <summary>The next revision: without an item.</summary>
    public CatalogSnapshot Without(ItemId item) => this with { Revision = Revision + 1, Items = Items.RemoveAll(known => known.Id == item) };

    /// <summary>The next revision: with a group put in, or in the place of the one with its id.</summary>
    public CatalogSnapshot With(GroupRef id, Group group)
    {
        var groups = Find(id) is { } old ? GroupsLike(id).Replace(old, group) : GroupsLike(id).Add(group);
        return id.OfDevices
            ? this with { Revision = Revision + 1, DeviceGroups = groups }
            : this with { Revision = Revision + 1, UserGroups = groups };
    }

    /// <summary>The next revision: without a group, which distributions lose too.</summary>
    public CatalogSnapshot Without(GroupRef group) => this with
    {
        Revision = Revision + 1,
        UserGroups = UserGroups.RemoveAll(known => !group.OfDevices && known.Id == group.Id),
        DeviceGroups = DeviceGroups.RemoveAll(known => group.OfDevices && known.Id == group.Id),
        NobodyGroups = NobodyGroups.RemoveAll(id => !group.OfDevices && id == group.Id),
        Items = [.. Items.Select(item => item.Without(id => !group.OfDevices && id == group.Id, id => group.OfDevices && id == group.Id))],
    };

    /// <summary>The next revision: with values of nobody's attributes set; an empty one is taken away, all others stay.</summary>
    public CatalogSnapshot WithNobodys(ImmutableArray<AttributeValue> changes) =>
        this with { Revision = Revision + 1, NobodyAttributes = AttributeValues.With(NobodyAttributes, changes) };

    /// <summary>The next revision: with settings put in, or in the place of those with their id.</summary>
    public CatalogSnapshot With(SettingsEntry settings)
    {
        var next = settings with { ChangedIn = Revision + 1 };
        return this with { Revision = Revision + 1, Settings = Entry(settings.Id) is { } old ? Settings.Replace(old, next) : Settings.Add(next) };
    }

    /// <summary>The next revision: without some settings.</summary>
    public CatalogSnapshot WithoutSettings(string id) => this with { Revision = Revision + 1, Settings = Settings.RemoveAll(known => known.Id == id) };

    /// <summary>The settings with an id; null = there are none, or the default ones were never changed.</summary>
    public SettingsEntry? Entry(string id) => Settings.FirstOrDefault(known => known.Id == id);

    /// <summary>Those of some groups that there are: people and devices carry the ids of groups that were deleted until they change next.</summary>
    public ImmutableArray<GroupId> Live(ImmutableArray<GroupId> groups, bool ofDevices) =>
        groups.RemoveAll(group => Find(new GroupRef(ofDevices, group)) is null);

    private ImmutableArray<Group> GroupsLike(GroupRef group) => group.OfDevices ? DeviceGroups : UserGroups;

    public bool Equals(CatalogSnapshot? other) => other is not null && Revision == other.Revision;

    public override int GetHashCode() => Revision.GetHashCode();
}
