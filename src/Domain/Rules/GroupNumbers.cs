using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>The groups of one kind, numbered, with the compiled rules of the dynamic ones. A group that is only mentioned counts as static.</summary>
internal sealed class GroupNumbers
{
    private readonly Dictionary<GroupId, int> _numbers = [];
    private readonly List<GroupId> _ids = [];
    private bool _isSealed;

    public GroupNumbers(ImmutableArray<Group> groups)
    {
        foreach (var group in groups)
            Of(group.Id);
    }

    public int Count => _ids.Count;

    /// <summary>By number; null = static. Filled by <see cref="Compile"/>, when every group has its number.</summary>
    public CompiledRule?[] Rules { get; private set; } = [];

    /// <summary>The number of a group; one not met before gets the next, or -1 once they are sealed: nobody is in it.</summary>
    public int Of(GroupId group)
    {
        if (_numbers.TryGetValue(group, out var number))
            return number;
        if (_isSealed)
            return -1;
        _ids.Add(group);
        return _numbers[group] = _ids.Count - 1;
    }

    public int[] Of(ImmutableArray<GroupId> groups) => [.. groups.Select(Of)];

    /// <summary>-1 = not met.</summary>
    public int Find(GroupId group) => _numbers.GetValueOrDefault(group, -1);

    public GroupId Id(int number) => _ids[number];

    public void Compile(ImmutableArray<Group> groups, AttributeTable attributes, GroupNumbers userGroups, GroupNumbers deviceGroups)
    {
        var compiled = groups.Select(group => (Number: Of(group.Id), Rule: group.Rule is { } rule ? CompiledRule.Of(rule, attributes, userGroups, deviceGroups) : null)).ToList();
        Rules = new CompiledRule?[Count];
        foreach (var (number, rule) in compiled)
            Rules[number] = rule;
    }

    /// <summary>Notes the static groups of a person or a device.</summary>
    public void Enter(ImmutableArray<GroupId> groups, Span<Membership> memberships)
    {
        foreach (var group in groups)
        {
            if (_numbers.TryGetValue(group, out var number) && number < Rules.Length && Rules[number] is null)
                memberships[number] = Membership.In;
        }
    }

    /// <summary>Rules that were compiled later may have met more groups.</summary>
    public void Seal()
    {
        _isSealed = true;
        if (Rules.Length < Count)
            Rules = [.. Rules, .. new CompiledRule?[Count - Rules.Length]];
    }
}
