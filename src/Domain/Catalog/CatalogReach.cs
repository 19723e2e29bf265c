using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>
/// Which devices a change of the catalog may concern, as far as that can be told without looking at each: all, or those in some static
/// groups, those of people in some static groups, those that nobody holds. A superset: whoever looks at the devices told finds the ones concerned.
/// </summary>
public sealed record CatalogReach(bool Everywhere, ImmutableHashSet<GroupId> UserGroups, ImmutableHashSet<GroupId> DeviceGroups, bool Nobody)
{
    public static CatalogReach Nowhere { get; } = new(false, [], [], false);

    public static CatalogReach All { get; } = Nowhere with { Everywhere = true };

    public bool IsEmpty => !Everywhere && !Nobody && UserGroups.IsEmpty && DeviceGroups.IsEmpty;

    /// <summary>Whether a device may be concerned.</summary>
    public bool Has(Subject subject) =>
        Everywhere
        || (Nobody && subject.Owner.IsNobody)
        || subject.Groups.Any(DeviceGroups.Contains)
        || subject.Owner.Groups.Any(UserGroups.Contains);

    /// <summary>What the change from one revision to the next may concern.</summary>
    public static CatalogReach Of(CatalogSnapshot before, CatalogSnapshot after)
    {
        if (SettingsReach.IsSignOutConcerned(before, after))
            return All;
        var reach = IsNobodySame(before, after) ? Nowhere : Nowhere with { Nobody = true };
        foreach (var (old, item) in Changes(before, after))
        {
            reach = reach.With(old, before).With(item, after);
            if (reach.Everywhere)
                return reach;
        }

        return reach;
    }

    /// <summary>
    /// Items whose reach may differ between two revisions, and those that one of them may displace or make room for. Where nobody's facts differ, all.
    /// </summary>
    public static ImmutableHashSet<ItemId> ItemsConcerned(CatalogSnapshot before, CatalogSnapshot after)
    {
        if (!IsNobodySame(before, after))
            return [.. before.Items.Concat(after.Items).Select(item => item.Id)];
        var changed = Changes(before, after).SelectMany(change => new[] { change.Before, change.After }).OfType<Item>().ToList();
        var kinds = changed.SelectMany(item => item.Exclusive).ToHashSet(StringComparer.Ordinal);
        var rivals = before.Items.Concat(after.Items).Where(item => item.Exclusive.Any(kinds.Contains));
        return [.. changed.Concat(rivals).Select(item => item.Id)];
    }

    private static bool IsNobodySame(CatalogSnapshot before, CatalogSnapshot after) =>
        before.NobodyGroups.ToHashSet().SetEquals(after.NobodyGroups) && before.NobodyAttributes.SequenceEqual(after.NobodyAttributes);

    /// <summary>Items that were edited, came or went, or that a changed group or a new day touches.</summary>
    private static IEnumerable<(Item? Before, Item? After)> Changes(CatalogSnapshot before, CatalogSnapshot after)
    {
        var dayPassed = before.Today != after.Today;
        var changed = ChangedGroups(before, after, dayPassed);
        var olds = before.Items.ToDictionary(item => item.Id);
        foreach (var item in after.Items)
        {
            olds.Remove(item.Id, out var old);
            if (old is null || old with { Name = item.Name } != item || IsTouched(old, changed, dayPassed))
                yield return (old, item);
        }

        foreach (var gone in olds.Values)
            yield return (gone, null);
    }

    /// <summary>Whether any rule counts days, so that a new day may change something.</summary>
    public static bool CountsDays(CatalogSnapshot catalog) =>
        catalog.UserGroups.Concat(catalog.DeviceGroups).Any(group => CountsDays(group.Rule))
        || catalog.Items.Any(item => item.Distributions.Any(distribution => CountsDays(distribution.Filter)));

    private CatalogReach With(Item? item, CatalogSnapshot catalog) => item switch
    {
        null or { Enabled: false } or { Distribution: Distribution.None } => this,
        { Distribution: Distribution.Custom custom } => With(custom, catalog),
        _ => All,
    };

    /// <summary>Groups in, of which all are static: their members. A dynamic one may have anybody in it.</summary>
    private CatalogReach With(Distribution.Custom custom, CatalogSnapshot catalog)
    {
        if (custom.UserGroups.Any(group => group == GroupId.Everyone || IsDynamic(catalog.UserGroups, group))
            || custom.DeviceGroups.Any(group => IsDynamic(catalog.DeviceGroups, group)))
            return All;
        return this with
        {
            UserGroups = UserGroups.Union(custom.UserGroups),
            DeviceGroups = DeviceGroups.Union(custom.DeviceGroups),
            Nobody = Nobody || custom.UserGroups.Any(catalog.NobodyGroups.Contains),
        };
    }

    private static bool IsDynamic(ImmutableArray<Group> groups, GroupId id) => groups.Any(group => group.Id == id && group.Rule is not null);

    /// <summary>Groups whose rule is another one, came or went, and those that ask for them.</summary>
    internal static ImmutableHashSet<GroupRef> ChangedGroups(CatalogSnapshot before, CatalogSnapshot after, bool dayPassed)
    {
        var changed = Changed(before.UserGroups, after.UserGroups, dayPassed).Select(id => new GroupRef(false, id))
            .Concat(Changed(before.DeviceGroups, after.DeviceGroups, dayPassed).Select(id => new GroupRef(true, id)))
            .ToImmutableHashSet();
        return changed.IsEmpty ? changed : new GroupGraph(before).WithDependents(changed).Union(new GroupGraph(after).WithDependents(changed));
    }

    private static IEnumerable<GroupId> Changed(ImmutableArray<Group> before, ImmutableArray<Group> after, bool dayPassed)
    {
        var olds = before.ToDictionary(group => group.Id);
        foreach (var group in after)
        {
            if (!olds.Remove(group.Id, out var old) ? group.Rule is not null : old.Rule != group.Rule || (dayPassed && CountsDays(group.Rule)))
                yield return group.Id;
        }

        foreach (var gone in olds.Keys)
            yield return gone;
    }

    /// <summary>Whether an item that stayed as it was reaches others now, as a group or a day in it changed.</summary>
    private static bool IsTouched(Item item, ImmutableHashSet<GroupRef> changed, bool dayPassed) =>
        item.Distributions.Any(distribution =>
            (dayPassed && CountsDays(distribution.Filter)) || (!changed.IsEmpty && GroupsOf(distribution).Any(changed.Contains)));

    internal static IEnumerable<GroupRef> GroupsOf(Distribution distribution)
    {
        var filter = distribution.Filter is { } rule ? GroupGraph.Asked(RuleUses.Of(rule)) : [];
        return distribution is not Distribution.Custom custom ? filter : filter
            .Concat(custom.UserGroups.Concat(custom.ExceptUserGroups).Select(group => new GroupRef(false, group)))
            .Concat(custom.DeviceGroups.Concat(custom.ExceptDeviceGroups).Select(group => new GroupRef(true, group)));
    }

    private static bool CountsDays(Rule? rule) => rule is not null && RuleUses.Of(rule).Attributes.Contains(BuiltInAttributes.EnrolledAt.Id);
}
