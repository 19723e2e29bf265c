using System.Collections.Immutable;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>An item that a device should have, and the rule that says so.</summary>
public sealed record DesiredItem(Item Item, string Why);

/// <summary><c>desired(device) = f(catalog, device facts, owner's facts)</c>: DESIGN.md, section 1. Pure.</summary>
public static class Desired
{
    public static ImmutableArray<DesiredItem> Of(CatalogSnapshot catalog, Device device)
    {
        var ownerGroups = device.Owner.IsNobody ? catalog.NobodyGroups : device.Owner.Groups;
        var desired = ImmutableArray.CreateBuilder<DesiredItem>();
        foreach (var item in catalog.Items)
        {
            if (Reason(item, device, ownerGroups) is { } why)
                desired.Add(new DesiredItem(item, why));
        }

        return desired.ToImmutable();
    }

    /// <summary>Whether nobody's devices can have the item at all (MU-11, MU-13).</summary>
    public static bool ReachesNobody(Distribution distribution, ImmutableArray<GroupId> nobodyGroups) => distribution switch
    {
        Distribution.All => true,
        Distribution.None => false,
        Distribution.Custom custom => custom.DeviceGroups.Length > 0 || OfUsers(custom, nobodyGroups) is not null,
        _ => throw new InvalidOperationException("An unknown distribution."),
    };

    private static string? Reason(Item item, Device device, ImmutableArray<GroupId> ownerGroups)
    {
        if (!item.Enabled || (item.Kind == ItemKind.MultiUserSignIn && !TakesSignIn(device)))
            return null;
        return item.Distribution switch
        {
            Distribution.All => "everyone",
            Distribution.None => null,
            Distribution.Custom custom => First(custom.DeviceGroups, device.Groups) is { } deviceGroup
                ? $"device group {deviceGroup}"
                : OfUsers(custom, ownerGroups) is { } userGroup ? $"user group {userGroup}" : null,
            _ => throw new InvalidOperationException("An unknown distribution."),
        };
    }

    /// <summary>iOS and iPadOS only, never on a user-enrolled device (MU-07).</summary>
    public static bool TakesSignIn(Device device) => device.Kind != EnrollmentKind.User && device.Facts.Platform == Platform.IOS;

    private static GroupId? OfUsers(Distribution.Custom custom, ImmutableArray<GroupId> ownerGroups) =>
        custom.UserGroups.Contains(GroupId.Everyone) ? GroupId.Everyone : First(custom.UserGroups, ownerGroups);

    private static GroupId? First(ImmutableArray<GroupId> some, ImmutableArray<GroupId> others)
    {
        foreach (var group in some)
        {
            if (others.Contains(group))
                return group;
        }

        return null;
    }
}
