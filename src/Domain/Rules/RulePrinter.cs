using System.Collections.Immutable;
using System.Text;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>Writes the one-line form, with a parenthesis only where the reader needs one.</summary>
internal sealed class RulePrinter(AttributeTable attributes)
{
    private readonly StringBuilder _text = new();

    /// <summary>How tightly a rule binds, loosest first.</summary>
    private enum Binding
    {
        Whole,
        Or,
        And,
        Not,
        One,
    }

    public string Print(Rule rule)
    {
        Write(rule, Binding.Whole);
        return _text.ToString();
    }

    private void Write(Rule rule, Binding outer)
    {
        var parenthesis = Of(rule) <= outer && Of(rule) is Binding.Or or Binding.And;
        _text.Append(parenthesis ? "(" : "");
        Action write = rule switch
        {
            Rule.AllOf { Rules: var rules } => () => Join(rules, " and ", Binding.And, RuleWords.Always, outer),
            Rule.AnyOf { Rules: var rules } => () => Join(rules, " or ", Binding.Or, RuleWords.Never, outer),
            Rule.Not { Inner: var inner } => () => Not(inner),
            Rule.Compare compare => () => Compare(compare),
            Rule.InUserGroup { Group: var group } => () => _text.Append($"in user group \"{group}\""),
            Rule.InDeviceGroup { Group: var group } => () => _text.Append($"in device group \"{group}\""),
            _ => throw new InvalidOperationException("Rule is a closed family."),
        };
        write();
        _text.Append(parenthesis ? ")" : "");
    }

    /// <summary>All or any of one rule, which only code makes, is written as that rule.</summary>
    private static Binding Of(Rule rule) => rule switch
    {
        Rule.AllOf { Rules.Length: > 1 } => Binding.And,
        Rule.AnyOf { Rules.Length: > 1 } => Binding.Or,
        Rule.Not => Binding.Not,
        _ => Binding.One,
    };

    private void Join(ImmutableArray<Rule> rules, string word, Binding binding, string ofNone, Binding outer)
    {
        if (rules.IsEmpty)
            _text.Append(ofNone);
        for (var i = 0; i < rules.Length; i++)
        {
            _text.Append(i == 0 ? "" : word);
            Write(rules[i], rules.Length == 1 ? outer : binding);
        }
    }

    private void Not(Rule inner)
    {
        _text.Append("not ");
        Write(inner, Binding.Not);
    }

    private void Compare(Rule.Compare compare)
    {
        var attribute = attributes.Find(compare.Attribute);
        var name = attribute?.Name ?? compare.Attribute.Value;
        var quoted = attribute?.Type is AttributeType.Text or null;
        _text.Append(RuleWords.IsReserved(name) ? $"\"{name}\"" : name).Append(' ').Append(RuleWords.Text(compare.Comparison)).Append(' ');
        _text.Append(compare.Comparison == Comparison.In ? "(" : "");
        _text.AppendJoin(", ", compare.Values.Select(value => quoted ? Quote(value) : value));
        _text.Append(compare.Comparison == Comparison.In ? ")" : compare.Comparison == Comparison.WithinDays ? " days" : "");
    }

    private static string Quote(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
