using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>Writes the JSON form: with names and typed values, or, without a table, with ids and texts as stored.</summary>
internal sealed class RuleJsonWriter(Utf8JsonWriter json, AttributeTable? attributes)
{
    public void Write(Rule rule)
    {
        json.WriteStartObject();
        Action write = rule switch
        {
            Rule.AllOf { Rules: var rules } => () => Each("all", rules),
            Rule.AnyOf { Rules: var rules } => () => Each("any", rules),
            Rule.Not { Inner: var inner } => () => Inner(inner),
            Rule.Compare compare => () => Compare(compare),
            Rule.InUserGroup { Group: var group } => () => json.WriteString("userGroup", group.Value),
            Rule.InDeviceGroup { Group: var group } => () => json.WriteString("deviceGroup", group.Value),
            _ => throw new InvalidOperationException("Rule is a closed family."),
        };
        write();
        json.WriteEndObject();
    }

    private void Each(string name, ImmutableArray<Rule> rules)
    {
        json.WriteStartArray(name);
        foreach (var rule in rules)
            Write(rule);
        json.WriteEndArray();
    }

    private void Inner(Rule inner)
    {
        json.WritePropertyName("not");
        Write(inner);
    }

    private void Compare(Rule.Compare compare)
    {
        var attribute = attributes?.Find(compare.Attribute);
        json.WriteString("attribute", attribute?.Name ?? compare.Attribute.Value);
        json.WriteString("op", RuleWords.Name(compare.Comparison));
        if (compare.Comparison == Comparison.In)
            json.WriteStartArray("values");
        else
            json.WritePropertyName("value");
        foreach (var value in compare.Values)
            Value(attribute?.Type, value);
        if (compare.Comparison == Comparison.In)
            json.WriteEndArray();
    }

    private void Value(AttributeType? type, string value)
    {
        if (type is AttributeType.Number or AttributeType.Date && Numbers.TryCanonical(value, out var number))
            json.WriteRawValue(number);
        else if (type is AttributeType.Boolean && bool.TryParse(value, out var boolean))
            json.WriteBooleanValue(boolean);
        else
            json.WriteStringValue(value);
    }
}
