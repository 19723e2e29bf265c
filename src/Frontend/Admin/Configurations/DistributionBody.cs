using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Rules;
using Mdm.Fleet.Grains.Groups;

namespace Mdm.Fleet.Frontend.Admin.Configurations;

/// <summary>
/// Who gets an item. To: all, none, or custom, which names groups in and groups out; out wins. All with groups out is shown as custom with
/// everyone in. Filter: a rule that a device must pass too, as an object or in one line; shown as an object, and in one line as filterText,
/// which is not read.
/// </summary>
[KnownMembersOnly]
public sealed record DistributionBody(
    string To,
    IReadOnlyList<string>? UserGroups = null,
    IReadOnlyList<string>? DeviceGroups = null,
    IReadOnlyList<string>? ExceptUserGroups = null,
    IReadOnlyList<string>? ExceptDeviceGroups = null,
    JsonElement? Filter = null,
    string? FilterText = null)
{
    private const int GroupsMax = 500;

    /// <summary>As it is in force: a draft may still name groups that were deleted since.</summary>
    public static DistributionBody Of(Distribution distribution, CatalogSnapshot catalog)
    {
        var shown = distribution switch
        {
            Distribution.All => new DistributionBody("all", [], [], [], []),
            Distribution.None => new DistributionBody("none", [], [], [], []),
            Distribution.Custom custom => new DistributionBody(
                "custom",
                Live(custom.UserGroups, catalog.UserGroups),
                Live(custom.DeviceGroups, catalog.DeviceGroups),
                Live(custom.ExceptUserGroups, catalog.UserGroups),
                Live(custom.ExceptDeviceGroups, catalog.DeviceGroups)),
            _ => throw new InvalidOperationException("An unknown distribution."),
        };
        return shown with { Filter = RuleForms.Json(distribution.Filter, catalog), FilterText = RuleForms.Text(distribution.Filter, catalog) };
    }

    /// <summary>Checks it against the groups and attributes that there are.</summary>
    /// <exception cref="RefusalException">Unknown groups, the group of everyone, a wrong filter, or user groups for the built-in sign-in (MU-12).</exception>
    public Distribution Check(CatalogSnapshot catalog, bool isSignIn = false)
    {
        if (isSignIn)
            RefuseUserGroups();
        Distribution distribution = To switch
        {
            "all" => All(catalog),
            "none" => None(),
            "custom" => Custom(catalog),
            _ => throw RefusalException.Field("to", "to is all, none or custom."),
        };
        return Filter is { } filter && RuleForms.IsGiven(filter)
            ? distribution with { Filter = RuleForms.Read(filter, catalog, RuleScope.Device, "filter") }
            : distribution;
    }

    /// <summary>The ids of groups that exist, each once.</summary>
    /// <exception cref="RefusalException">Some do not.</exception>
    public static ImmutableArray<GroupId> Known(IReadOnlyList<string>? ids, string field, ImmutableArray<Group> groups)
    {
        if (ids is null)
            return [];
        if (ids.Count > GroupsMax)
            throw RefusalException.Field(field, $"At most {GroupsMax} groups.");
        var known = groups.Select(group => group.Id.Value).ToHashSet(StringComparer.Ordinal);
        var unknown = ids.Where(id => !known.Contains(id)).Select(id => (field, $"There is no group \"{id}\"."));
        return RefusalException.Fields(unknown, "unknown-group") is { } refused ? throw refused : [.. ids.Distinct(StringComparer.Ordinal).Select(GroupId.Parse)];
    }

    /// <summary>The ids of static groups that exist: who is in a dynamic one is its rule's to say.</summary>
    /// <exception cref="RefusalException">Some do not, or are dynamic.</exception>
    public static ImmutableArray<GroupId> Static(IReadOnlyList<string>? ids, string field, ImmutableArray<Group> groups)
    {
        var known = Known(ids, field, groups);
        var dynamic = groups.Where(group => group.Rule is not null && known.Contains(group.Id)).Select(group => (field, $"Who is in {group.Id} is said by its rule."));
        return RefusalException.Fields(dynamic, "dynamic") is { } refused ? throw refused : known;
    }

    private void RefuseUserGroups()
    {
        const string hint = "User groups come and go with people: multi-user sign-in is distributed to all devices or to device groups. A dynamic device group "
            + "whose rule asks for a user group, such as in user group \"nurses\", reaches the devices of its members; one that nobody is in must be among them.";
        if (UserGroups?.Any(id => id != IGroupGrain.Everyone) == true)
            throw RefusalException.Field("userGroups", hint, "device-groups-only");
        if (ExceptUserGroups?.Count > 0)
            throw RefusalException.Field("exceptUserGroups", hint, "device-groups-only");
    }

    private bool HasExceptions => ExceptUserGroups?.Count > 0 || ExceptDeviceGroups?.Count > 0;

    /// <summary>What is said is never dropped: exceptions hold, and groups in say that another value of to is meant.</summary>
    private Distribution All(CatalogSnapshot catalog)
    {
        RefuseGroups(("userGroups", UserGroups), ("deviceGroups", DeviceGroups));
        return HasExceptions ? (this with { UserGroups = [IGroupGrain.Everyone] }).Custom(catalog) : new Distribution.All();
    }

    private Distribution.None None()
    {
        RefuseGroups(("userGroups", UserGroups), ("deviceGroups", DeviceGroups), ("exceptUserGroups", ExceptUserGroups), ("exceptDeviceGroups", ExceptDeviceGroups));
        return new Distribution.None();
    }

    private void RefuseGroups(params IEnumerable<(string Field, IReadOnlyList<string>? Groups)> given)
    {
        var wrong = given.Where(groups => groups.Groups?.Count > 0).Select(groups => (groups.Field, $"With \"to\": \"{To}\" there are no {groups.Field}: custom takes them."));
        if (RefusalException.Fields(wrong) is { } refused)
            throw refused;
    }

    private Distribution.Custom Custom(CatalogSnapshot catalog)
    {
        if (ExceptUserGroups?.Contains(IGroupGrain.Everyone) == true)
            throw RefusalException.Field("exceptUserGroups", "Everyone is in that group, nobody too: distribute to none instead.", "use-none");
        if (!HasExceptions && UserGroups?.Contains(IGroupGrain.Everyone) == true)
            throw RefusalException.Field("userGroups", "Everyone is in that group, nobody too: distribute to all instead, or with exceptions.", "use-all");
        return new Distribution.Custom(
            Known(UserGroups, "userGroups", catalog.UserGroups.Add(new Group(GroupId.Everyone, "Everyone"))),
            Known(DeviceGroups, "deviceGroups", catalog.DeviceGroups))
        {
            ExceptUserGroups = Known(ExceptUserGroups, "exceptUserGroups", catalog.UserGroups),
            ExceptDeviceGroups = Known(ExceptDeviceGroups, "exceptDeviceGroups", catalog.DeviceGroups),
        };
    }

    private static IReadOnlyList<string> Live(ImmutableArray<GroupId> ids, ImmutableArray<Group> groups) =>
        [.. ids.Where(id => id == GroupId.Everyone || groups.Any(group => group.Id == id)).Select(id => id.Value)];
}
