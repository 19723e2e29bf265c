using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>Makes a rule as it was stored: attributes are ids, and what was checked at its save is not checked again.</summary>
internal sealed class StoredNodes : RuleNodes
{
    public override Rule Compare(string attribute, RulePlace attributeAt, Comparison comparison, RulePlace at, ImmutableArray<RuleValue> values) =>
        AttributeId.TryParse(attribute, out var id)
            ? Count(new Rule.Compare(id, comparison, [.. values.Select(value => value.Text)]), at)
            : throw attributeAt.Refuse(RuleFault.UnknownAttribute, "this is no attribute's id.");
}
