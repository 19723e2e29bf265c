using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>What the parsers check while they read, for a rule that is there already, and whether its groups exist.</summary>
public static class RuleCheck
{
    /// <summary>The rule in the one form that the parsers give it.</summary>
    /// <exception cref="RuleException">It is not typed, speaks of what its scope does not know, or is too large.</exception>
    public static Rule Check(Rule rule, AttributeTable attributes, RuleScope scope)
    {
        var root = new RulePlace.Root();
        return RuleNodes.Finish(Walk(rule, attributes, new CheckedNodes(attributes, scope), root, 1), root);
    }

    /// <summary>Refuses a group that is not there.</summary>
    /// <exception cref="RuleException">Names the group.</exception>
    public static void Groups(Rule rule, Predicate<GroupId> isUserGroup, Predicate<GroupId> isDeviceGroup)
    {
        var uses = RuleUses.Of(rule);
        foreach (var group in uses.UserGroups.Where(group => !isUserGroup(group)))
            throw new RuleException(RuleFault.UnknownGroup, $"There is no user group {group}.");
        foreach (var group in uses.DeviceGroups.Where(group => !isDeviceGroup(group)))
            throw new RuleException(RuleFault.UnknownGroup, $"There is no device group {group}.");
    }

    private static Rule Walk(Rule rule, AttributeTable attributes, CheckedNodes nodes, RulePlace at, int depth)
    {
        RuleNodes.CheckDepth(depth, at);
        return rule switch
        {
            Rule.AllOf all => nodes.All(Each(all.Rules, "all"), at),
            Rule.AnyOf any => nodes.Any(Each(any.Rules, "any"), at),
            Rule.Not not => nodes.Not(Walk(not.Inner, attributes, nodes, new RulePlace.Member(at, "not"), depth + 1), at),
            Rule.Compare compare => nodes.Compare(Known(compare.Attribute, attributes, at), compare.Comparison, at,
                [.. compare.Values.Select(value => new RuleValue(value, Quoted: true, at))]),
            Rule.InUserGroup user => nodes.UserGroup(user.Group.Value, at),
            Rule.InDeviceGroup device => nodes.DeviceGroup(device.Group.Value, at),
            _ => throw new InvalidOperationException("Rule is a closed family."),
        };

        ImmutableArray<Rule> Each(ImmutableArray<Rule> rules, string name)
        {
            var list = new RulePlace.Member(at, name);
            return [.. rules.Select((inner, i) => Walk(inner, attributes, nodes, new RulePlace.Element(list, i), depth + 1))];
        }
    }

    private static AttributeDefinition Known(AttributeId id, AttributeTable attributes, RulePlace at) =>
        attributes.Find(id) ?? throw at.Refuse(RuleFault.UnknownAttribute, $"there is no attribute {id} any more.");
}
