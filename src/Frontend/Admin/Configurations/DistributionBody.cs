using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Groups;

namespace Mdm.Fleet.Frontend.Admin.Configurations;

/// <summary>Who gets an item. To: all, none, or custom, which names groups.</summary>
public sealed record DistributionBody(string To, IReadOnlyList<string>? UserGroups = null, IReadOnlyList<string>? DeviceGroups = null)
{
    private const int GroupsMax = 500;

    /// <summary>As it is in force: a draft may still name groups that were deleted since.</summary>
    public static DistributionBody Of(Distribution distribution, CatalogSnapshot catalog) => distribution switch
    {
        Distribution.All => new("all", [], []),
        Distribution.None => new("none", [], []),
        Distribution.Custom custom => new("custom", Live(custom.UserGroups, catalog.UserGroups), Live(custom.DeviceGroups, catalog.DeviceGroups)),
        _ => throw new InvalidOperationException("An unknown distribution."),
    };

    /// <summary>Checks it against the groups that there are.</summary>
    /// <exception cref="RefusalException">Unknown groups, the group of everyone, or user groups for the built-in sign-in (MU-12).</exception>
    public Distribution Check(CatalogSnapshot catalog, bool isSignIn = false)
    {
        if (isSignIn && UserGroups?.Count > 0)
        {
            throw RefusalException.Field(
                "userGroups", "Multi-user sign-in is distributed to all devices or to device groups: user groups come and go with people.", "device-groups-only");
        }

        switch (To)
        {
            case "all":
                return new Distribution.All();
            case "none":
                return new Distribution.None();
            case "custom":
                break;
            default:
                throw RefusalException.Field("to", "to is all, none or custom.");
        }

        var userGroups = Known(UserGroups, "userGroups", catalog.UserGroups);
        var deviceGroups = Known(DeviceGroups, "deviceGroups", catalog.DeviceGroups);
        return new Distribution.Custom(userGroups, deviceGroups);
    }

    /// <summary>The ids of groups that exist, each once.</summary>
    /// <exception cref="RefusalException">Some do not.</exception>
    public static ImmutableArray<GroupId> Known(IReadOnlyList<string>? ids, string field, ImmutableArray<Group> groups)
    {
        if (ids is null)
            return [];
        if (ids.Count > GroupsMax)
            throw RefusalException.Field(field, $"At most {GroupsMax} groups.");
        if (ids.Contains(IGroupGrain.Everyone) && field != "deviceGroups")
            throw RefusalException.Field(field, "Everyone is in that group, nobody too: distribute to all instead.", "use-all");
        var known = groups.Select(group => group.Id.Value).ToHashSet(StringComparer.Ordinal);
        var unknown = ids.Where(id => !known.Contains(id)).Select(id => (field, $"There is no group \"{id}\"."));
        return RefusalException.Fields(unknown, "unknown-group") is { } refused ? throw refused : [.. ids.Distinct(StringComparer.Ordinal).Select(GroupId.Parse)];
    }

    private static IReadOnlyList<string> Live(ImmutableArray<GroupId> ids, ImmutableArray<Group> groups) =>
        [.. ids.Where(id => groups.Any(group => group.Id == id)).Select(id => id.Value)];
}
