using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary><c>desired(device) = f(catalog, device facts, owner's facts)</c>: DESIGN.md, section 1. Pure.</summary>
public static class Desired
{
    public static ImmutableArray<DesiredItem> Of(CatalogSnapshot catalog, Device device) => catalog.Compiled.Desired(device.Subject).Items;

    /// <summary>Whether some device of nobody's can have the item (MU-11, MU-13): by a device group that it can be in, or by nobody's own groups.</summary>
    public static bool ReachesNobody(Distribution distribution, CatalogSnapshot catalog) =>
        catalog.Compiled.ReachesNobody(distribution, to => new NobodyReach(catalog).Of(to));

    /// <summary>The same of the built-in sign-in, which not every device takes (MU-07).</summary>
    public static bool SignInReachesNobody(Distribution distribution, CatalogSnapshot catalog) =>
        ReachesNobody(distribution with { Filter = distribution.Filter is { } filter ? new Rule.AllOf([TakesSignIn, filter]) : TakesSignIn }, catalog);

    private static Rule.AllOf TakesSignIn { get; } = new(
    [
        new Rule.Compare(BuiltInAttributes.Platform.Id, Comparison.Is, ["iOS"]),
        new Rule.Compare(BuiltInAttributes.ViaUserEnrollment.Id, Comparison.Is, ["false"]),
    ]);
}
