using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>A group of either kind, by id.</summary>
public readonly record struct GroupRef(bool OfDevices, GroupId Id)
{
    public override string ToString() => $"{(OfDevices ? "device group" : "user group")} {Id}";
}

/// <summary>Which groups' rules ask for which: the way of a change, and cycles.</summary>
public sealed class GroupGraph
{
    private readonly Dictionary<GroupRef, RuleUses> _uses = [];

    public GroupGraph(CatalogSnapshot catalog)
    {
        foreach (var group in catalog.UserGroups)
            _uses[new GroupRef(false, group.Id)] = UsesOf(group);
        foreach (var group in catalog.DeviceGroups)
            _uses[new GroupRef(true, group.Id)] = UsesOf(group);
    }

    /// <summary>The groups of a cycle in order, the first again at the end; empty = there is none.</summary>
    public ImmutableArray<GroupRef> Cycle()
    {
        var done = new HashSet<GroupRef>();
        foreach (var start in _uses.Keys)
        {
            if (CycleFrom(start, done) is { IsEmpty: false } cycle)
                return cycle;
        }

        return [];
    }

    /// <summary>
    /// How many groups ask one after the other at most, where there is no cycle: evaluating the first takes that many steps in depth. Bounded
    /// where each save is.
    /// </summary>
    public int LongestChain()
    {
        var lengths = new Dictionary<GroupRef, int>();
        return _uses.Count == 0 ? 0 : _uses.Keys.Max(group => LengthFrom(group, lengths));
    }

    /// <summary>Some groups and all whose rules ask for them, directly or not.</summary>
    public ImmutableHashSet<GroupRef> WithDependents(IEnumerable<GroupRef> groups)
    {
        var reached = groups.ToImmutableHashSet().ToBuilder();
        var grew = true;
        while (grew)
        {
            grew = false;
            foreach (var (group, uses) in _uses)
            {
                if (!reached.Contains(group) && Asked(uses).Any(reached.Contains))
                    grew = reached.Add(group);
            }
        }

        return reached.ToImmutable();
    }

    /// <summary>Groups whose own rule asks for a group.</summary>
    public IEnumerable<GroupRef> UsersOf(GroupRef group) => _uses.Where(pair => Asked(pair.Value).Contains(group)).Select(pair => pair.Key);

    /// <summary>Groups whose own rule asks for an attribute.</summary>
    public IEnumerable<GroupRef> UsersOf(AttributeId attribute) => _uses.Where(pair => pair.Value.Attributes.Contains(attribute)).Select(pair => pair.Key);

    internal static IEnumerable<GroupRef> Asked(RuleUses uses) =>
        uses.UserGroups.Select(group => new GroupRef(false, group)).Concat(uses.DeviceGroups.Select(group => new GroupRef(true, group)));

    private int LengthFrom(GroupRef group, Dictionary<GroupRef, int> lengths)
    {
        if (lengths.TryGetValue(group, out var length))
            return length;
        var longest = _uses.TryGetValue(group, out var uses) ? Asked(uses).Select(asked => LengthFrom(asked, lengths)).DefaultIfEmpty().Max() : 0;
        return lengths[group] = longest + 1;
    }

    private static RuleUses UsesOf(Group group) => group.Rule is { } rule ? RuleUses.Of(rule) : RuleUses.None;

    /// <summary>Depth first, without recursion: a chain of groups may be as long as there are groups.</summary>
    private ImmutableArray<GroupRef> CycleFrom(GroupRef start, HashSet<GroupRef> done)
    {
        if (done.Contains(start))
            return [];
        var path = new List<GroupRef> { start };
        var next = new Stack<IEnumerator<GroupRef>>([Asked(_uses[start]).GetEnumerator()]);
        while (next.TryPeek(out var asked))
        {
            if (!asked.MoveNext())
            {
                next.Pop();
                done.Add(path[^1]);
                path.RemoveAt(path.Count - 1);
                continue;
            }

            var group = asked.Current;
            if (path.IndexOf(group) is >= 0 and var from)
                return [.. path[from..], group];
            if (!done.Contains(group) && _uses.TryGetValue(group, out var uses))
            {
                path.Add(group);
                next.Push(Asked(uses).GetEnumerator());
            }
        }

        return [];
    }
}
