using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Grains.Configurations;

namespace Mdm.Fleet.Frontend.Admin.Previews;

/// <summary>Catalogs as they would be after a change that is only thought of.</summary>
internal static class ThoughtOf
{
    /// <summary>As it would be published now: rules that count days count from today.</summary>
    public static CatalogSnapshot At(this CatalogSnapshot catalog, DateTimeOffset now) => catalog with { Today = DateOnly.FromDateTime(now.UtcDateTime) };

    /// <summary>With an item as its grain would publish it with this spec.</summary>
    public static async Task<CatalogSnapshot> With(this CatalogSnapshot catalog, ConfigurationSpec spec, IConfiguration grain) =>
        catalog.With(await grain.Draft(spec));

    public static CatalogSnapshot With(this CatalogSnapshot catalog, Item item) => catalog with
    {
        Revision = catalog.Revision + 1,
        Items = catalog.Find(item.Id) is { } old ? catalog.Items.Replace(old, item) : catalog.Items.Add(item),
    };

    public static CatalogSnapshot Without(this CatalogSnapshot catalog, ItemId item) => catalog with
    {
        Revision = catalog.Revision + 1,
        Items = catalog.Items.RemoveAll(known => known.Id == item),
    };

    /// <summary>Without a group, which distributions lose too.</summary>
    public static CatalogSnapshot Without(this CatalogSnapshot catalog, GroupRef group) => catalog with
    {
        Revision = catalog.Revision + 1,
        UserGroups = catalog.UserGroups.RemoveAll(known => !group.OfDevices && known.Id == group.Id),
        DeviceGroups = catalog.DeviceGroups.RemoveAll(known => group.OfDevices && known.Id == group.Id),
        NobodyGroups = catalog.NobodyGroups.RemoveAll(id => !group.OfDevices && id == group.Id),
        Items = [.. catalog.Items.Select(item => item.Without(id => !group.OfDevices && id == group.Id, id => group.OfDevices && id == group.Id))],
    };

    /// <summary>With a group put in or in the place of the one with its id.</summary>
    public static CatalogSnapshot With(this CatalogSnapshot catalog, GroupRef id, Group group)
    {
        var groups = id.OfDevices ? catalog.DeviceGroups : catalog.UserGroups;
        groups = groups.RemoveAll(known => known.Id == id.Id).Add(group);
        return id.OfDevices
            ? catalog with { Revision = catalog.Revision + 1, DeviceGroups = groups }
            : catalog with { Revision = catalog.Revision + 1, UserGroups = groups };
    }
}
