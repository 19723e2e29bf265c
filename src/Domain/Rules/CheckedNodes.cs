using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>
/// Makes a rule of names, typed and in one form: all or any of one rule is that rule; a number or version that is something equals it;
/// is not, of anything but a text, is not(is).
/// </summary>
internal sealed class CheckedNodes(AttributeTable attributes, RuleScope scope) : RuleNodes
{
    /// <exception cref="RuleException">There is no such attribute, or rules may not use it here.</exception>
    public AttributeDefinition Attribute(string name, RulePlace at) => Allowed(
        attributes.Named(name) ?? throw at.Refuse(RuleFault.UnknownAttribute, $"there is no attribute {RulePlace.Short(name)}."), at);

    public override Rule Compare(string attribute, RulePlace attributeAt, Comparison comparison, RulePlace at, ImmutableArray<RuleValue> values) =>
        Compare(Attribute(attribute, attributeAt), comparison, at, values);

    public Rule Compare(AttributeDefinition attribute, Comparison comparison, RulePlace at, ImmutableArray<RuleValue> values)
    {
        Allowed(attribute, at);
        RuleTyping.CheckComparison(attribute, comparison, at);
        if (comparison == Comparison.In ? values.IsEmpty : values.Length != 1)
            throw at.Refuse(RuleFault.Value, comparison == Comparison.In ? "in takes at least one value." : "this comparison takes one value.");
        CheckValueCount(values.Length, at);
        ImmutableArray<string> canonical = [.. values.Select(value => RuleTyping.Value(attribute, comparison, value))];
        var negated = comparison == Comparison.IsNot && attribute.Type != AttributeType.Text;
        var compare = Count(new Rule.Compare(attribute.Id, RuleTyping.Canonical(attribute.Type, comparison), canonical), at);
        return negated ? Not(compare, at) : compare;
    }

    public override Rule All(ImmutableArray<Rule> rules, RulePlace at) => rules is [var only] ? only : base.All(rules, at);

    public override Rule Any(ImmutableArray<Rule> rules, RulePlace at) => rules is [var only] ? only : base.Any(rules, at);

    public override Rule DeviceGroup(string id, RulePlace at) => scope == RuleScope.Device
        ? base.DeviceGroup(id, at)
        : throw at.Refuse(RuleFault.Scope, "a user group's rule speaks of people: it takes user groups, no device groups.");

    private AttributeDefinition Allowed(AttributeDefinition attribute, RulePlace at)
    {
        if (attribute.Id == BuiltInAttributes.LastSeen.Id)
            throw at.Refuse(
                RuleFault.ForbiddenAttribute,
                $"{attribute.Name} filters lists only: a device that comes and goes would gain and lose what it has.");
        if (scope == RuleScope.UserGroup && attribute.Scope == AttributeScope.Device)
            throw at.Refuse(RuleFault.Scope, $"a user group's rule speaks of people: {attribute.Name} is an attribute of devices.");
        return attribute;
    }
}
