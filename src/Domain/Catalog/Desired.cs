using System.Collections.Immutable;
using Mdm.Fleet.Domain.Devices;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary><c>desired(device) = f(catalog, device facts, owner's facts)</c>: DESIGN.md, section 1. Pure.</summary>
public static class Desired
{
    public static ImmutableArray<DesiredItem> Of(CatalogSnapshot catalog, Device device) => catalog.Compiled.Desired(device.Subject).Items;

    /// <summary>Whether nobody's devices can have the item at all (MU-11, MU-13): by some device group, or by nobody's own groups.</summary>
    public static bool ReachesNobody(Distribution distribution, CatalogSnapshot catalog) => distribution switch
    {
        Distribution.All => true,
        Distribution.None => false,
        Distribution.Custom custom =>
            !custom.ExceptUserGroups.Any(group => catalog.Compiled.IsInUserGroup(catalog.Compiled.Nobody, group))
            && (custom.DeviceGroups.Length > 0 || custom.UserGroups.Any(group => catalog.Compiled.IsInUserGroup(catalog.Compiled.Nobody, group))),
        _ => throw new InvalidOperationException("An unknown distribution."),
    };
}
