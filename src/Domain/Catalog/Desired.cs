using System.Collections.Immutable;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary><c>desired(device) = f(catalog, device facts, owner's facts)</c>: DESIGN.md, section 1. Pure.</summary>
public static class Desired
{
    public static ImmutableArray<DesiredItem> Of(CatalogSnapshot catalog, Device device) => catalog.Compiled.Desired(device.Subject).Items;

    /// <summary>Whether some device of nobody's can have the item (MU-11, MU-13): by a device group that it can be in, or by nobody's own groups.</summary>
    public static bool ReachesNobody(Distribution distribution, CatalogSnapshot catalog) => new NobodyReach(catalog).Of(distribution);
}
