using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>A rule made ready for one catalog revision: constants parsed, groups numbered. Evaluating one allocates nothing.</summary>
internal abstract class CompiledRule
{
    public abstract bool Holds(ref Evaluation at);

    public static CompiledRule Of(Rule rule, AttributeTable attributes, GroupNumbers userGroups, GroupNumbers deviceGroups) => rule switch
    {
        Rule.AllOf all => new Every([.. all.Rules.Select(inner => Of(inner, attributes, userGroups, deviceGroups))]),
        Rule.AnyOf any => new Some([.. any.Rules.Select(inner => Of(inner, attributes, userGroups, deviceGroups))]),
        Rule.Not not => new Negation(Of(not.Inner, attributes, userGroups, deviceGroups)),
        Rule.InUserGroup group => new OfUserGroup(userGroups.Of(group.Group)),
        Rule.InDeviceGroup group => new OfDeviceGroup(deviceGroups.Of(group.Group)),
        Rule.Compare compare => Of(compare, attributes),
        _ => throw new InvalidOperationException("Rule is a closed family."),
    };

    private static CompiledRule Of(Rule.Compare rule, AttributeTable attributes)
    {
        var type = attributes.Find(rule.Attribute)?.Type;
        if (rule.Comparison == Comparison.In && type != AttributeType.Text)
            return new Some([.. rule.Values.Select(value => Of(rule with { Comparison = Comparison.Equal, Values = [value] }, attributes))]);
        var first = rule.Values.IsEmpty ? "" : rule.Values[0];
        return type switch
        {
            AttributeType.Number => new NumberRule(rule.Attribute, rule.Comparison, decimal.Parse(first, CultureInfo.InvariantCulture)),
            AttributeType.Version => new VersionRule(rule.Attribute, rule.Comparison, first),
            AttributeType.Date => new DayRule(int.Parse(first, CultureInfo.InvariantCulture)),
            AttributeType.Text or AttributeType.Boolean => new TextRule(rule.Attribute, rule.Comparison, rule.Values),
            _ => new Some([]), // an attribute that is no more: the check at save keeps rules from naming one
        };
    }

    private sealed class Every(ImmutableArray<CompiledRule> rules) : CompiledRule
    {
        public override bool Holds(ref Evaluation at)
        {
            foreach (var rule in rules)
            {
                if (!rule.Holds(ref at))
                    return false;
            }

            return true;
        }
    }

    private sealed class Some(ImmutableArray<CompiledRule> rules) : CompiledRule
    {
        public override bool Holds(ref Evaluation at)
        {
            foreach (var rule in rules)
            {
                if (rule.Holds(ref at))
                    return true;
            }

            return false;
        }
    }

    private sealed class Negation(CompiledRule inner) : CompiledRule
    {
        public override bool Holds(ref Evaluation at) => !inner.Holds(ref at);
    }

    private sealed class OfUserGroup(int group) : CompiledRule
    {
        public override bool Holds(ref Evaluation at) => at.IsInUserGroup(group);
    }

    private sealed class OfDeviceGroup(int group) : CompiledRule
    {
        public override bool Holds(ref Evaluation at) => at.IsInDeviceGroup(group);
    }

    private sealed class TextRule(AttributeId attribute, Comparison comparison, ImmutableArray<string> values) : CompiledRule
    {
        private readonly string _value = values.IsEmpty ? "" : values[0];
        private readonly FrozenSet<string> _values = values.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

        public override bool Holds(ref Evaluation at)
        {
            var text = at.Text(attribute) ?? "";
            return comparison switch
            {
                Comparison.Is => text.Equals(_value, StringComparison.OrdinalIgnoreCase),
                Comparison.IsNot => !text.Equals(_value, StringComparison.OrdinalIgnoreCase),
                Comparison.StartsWith => text.StartsWith(_value, StringComparison.OrdinalIgnoreCase),
                Comparison.Contains => text.Contains(_value, StringComparison.OrdinalIgnoreCase),
                Comparison.In => _values.Contains(text),
                _ => false,
            };
        }
    }

    private sealed class NumberRule(AttributeId attribute, Comparison comparison, decimal value) : CompiledRule
    {
        public override bool Holds(ref Evaluation at) =>
            Numbers.TryParse(at.Text(attribute), out var number) && Ordered(comparison, number.CompareTo(value));
    }

    private sealed class VersionRule(AttributeId attribute, Comparison comparison, string value) : CompiledRule
    {
        public override bool Holds(ref Evaluation at) =>
            at.Text(attribute) is { } version && Versions.Compare(version, value) is { } order && Ordered(comparison, order);
    }

    private sealed class DayRule(int days) : CompiledRule
    {
        public override bool Holds(ref Evaluation at) =>
            at.EnrolledOn is { } day && at.Today.DayNumber - day.DayNumber is var ago && ago >= 0 && ago <= days;
    }

    private static bool Ordered(Comparison comparison, int order) => comparison switch
    {
        Comparison.Less => order < 0,
        Comparison.LessOrEqual => order <= 0,
        Comparison.Equal or Comparison.Is => order == 0,
        Comparison.IsNot => order != 0,
        Comparison.GreaterOrEqual => order >= 0,
        Comparison.Greater => order > 0,
        _ => false,
    };
}
