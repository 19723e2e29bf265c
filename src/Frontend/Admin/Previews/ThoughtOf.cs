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
}
