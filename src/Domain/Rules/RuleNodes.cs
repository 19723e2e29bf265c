using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>A value as it was written and where.</summary>
/// <param name="Quoted">It was written as a text, not as a bare number or word.</param>
internal readonly record struct RuleValue(string Text, bool Quoted, RulePlace At);

/// <summary>Makes a rule node by node, counting them and their depth.</summary>
internal abstract class RuleNodes
{
    private int _count;

    public abstract Rule Compare(string attribute, RulePlace attributeAt, Comparison comparison, RulePlace at, ImmutableArray<RuleValue> values);

    public virtual Rule All(ImmutableArray<Rule> rules, RulePlace at) => Count(new Rule.AllOf(rules), at);

    public virtual Rule Any(ImmutableArray<Rule> rules, RulePlace at) => Count(new Rule.AnyOf(rules), at);

    public Rule Not(Rule inner, RulePlace at) => Count(new Rule.Not(inner), at);

    public Rule UserGroup(string id, RulePlace at) => Count(new Rule.InUserGroup(Group(id, at)), at);

    public virtual Rule DeviceGroup(string id, RulePlace at) => Count(new Rule.InDeviceGroup(Group(id, at)), at);

    /// <summary>To be called before going one level in, so that reading is bounded too.</summary>
    public static void CheckDepth(int depth, RulePlace at)
    {
        if (depth > RuleLimits.DepthMax)
            throw at.Refuse(RuleFault.TooLarge, $"a rule nests at most {RuleLimits.DepthMax} levels deep.");
    }

    /// <summary>The rule if it is no deeper than it may be: a line of ands and ors nests without a parenthesis.</summary>
    public static Rule Finish(Rule rule, RulePlace at)
    {
        CheckDepth(DepthOf(rule), at);
        return rule;
    }

    public static void CheckValueCount(int count, RulePlace at)
    {
        if (count > RuleLimits.ValuesMax)
            throw at.Refuse(RuleFault.TooLarge, $"in takes at most {RuleLimits.ValuesMax} values.");
    }

    protected Rule Count(Rule rule, RulePlace at) => ++_count <= RuleLimits.NodesMax
        ? rule
        : throw at.Refuse(RuleFault.TooLarge, $"a rule has at most {RuleLimits.NodesMax} parts.");

    private static GroupId Group(string id, RulePlace at) => GroupId.TryParse(id, out var group)
        ? group
        : throw at.Refuse(RuleFault.UnknownGroup, $"a group's id is 1 to 64 lower-case letters, digits or hyphens, not {RulePlace.Short(id)}.");

    private static int DepthOf(Rule rule) => 1 + rule switch
    {
        Rule.AllOf all => all.Rules.Select(DepthOf).DefaultIfEmpty().Max(),
        Rule.AnyOf any => any.Rules.Select(DepthOf).DefaultIfEmpty().Max(),
        Rule.Not not => DepthOf(not.Inner),
        _ => 0,
    };
}
