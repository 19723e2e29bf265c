using System.Globalization;
using System.Text;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>Which comparisons and values go with an attribute's type.</summary>
internal static class RuleTyping
{
    public static void CheckComparison(AttributeDefinition attribute, Comparison comparison, RulePlace at)
    {
        if (!Fits(attribute.Type, comparison))
            throw at.Refuse(RuleFault.Comparison, $"{attribute.Name} is {Kind(attribute.Type)}: expected {Comparisons(attribute.Type)}.");
    }

    /// <summary>Equality is written one way for each type: is for texts and booleans, = for numbers and versions.</summary>
    public static Comparison Canonical(AttributeType type, Comparison comparison) => (type, comparison) switch
    {
        (AttributeType.Number or AttributeType.Version, Comparison.Is or Comparison.IsNot) => Comparison.Equal,
        (AttributeType.Boolean, Comparison.IsNot) => Comparison.Is,
        (AttributeType.Text or AttributeType.Boolean, Comparison.Equal) => Comparison.Is,
        _ => comparison,
    };

    /// <summary>The value in the one form of its type.</summary>
    /// <exception cref="RuleException">It is none of the type.</exception>
    public static string Value(AttributeDefinition attribute, Comparison comparison, RuleValue value) => attribute.Type switch
    {
        AttributeType.Text => Text(attribute, comparison, value),
        AttributeType.Number => Numbers.TryCanonical(value.Text, out var number)
            ? number
            : throw Expected(attribute, value, "a number such as 3 or -1.5"),
        AttributeType.Version => Versions.IsVersion(value.Text) ? value.Text : throw Expected(attribute, value, "a version such as 17.0.3"),
        AttributeType.Date => Days(value.Text) ?? throw Expected(attribute, value, $"a whole number of days, 0 to {RuleLimits.DaysMax}"),
        AttributeType.Boolean => Boolean(value.Text) ?? throw Expected(attribute, value, "true or false"),
        _ => throw new InvalidOperationException("AttributeType is a closed set."),
    };

    /// <summary>As a sentence has it: <c>is, is not or in</c>.</summary>
    public static string Comparisons(AttributeType type) => type switch
    {
        AttributeType.Text => "is, is not, starts with, contains or in",
        AttributeType.Number or AttributeType.Version => "<, <=, =, >=, > or in",
        AttributeType.Date => "within (7 days)",
        AttributeType.Boolean => "is true or is false",
        _ => throw new InvalidOperationException("AttributeType is a closed set."),
    };

    public static string Kind(AttributeType type) => type switch
    {
        AttributeType.Text => "a text",
        AttributeType.Number => "a number",
        AttributeType.Version => "a version",
        AttributeType.Date => "a date",
        AttributeType.Boolean => "true or false",
        _ => throw new InvalidOperationException("AttributeType is a closed set."),
    };

    private static bool Fits(AttributeType type, Comparison comparison) => comparison switch
    {
        Comparison.Is or Comparison.IsNot or Comparison.Equal => type != AttributeType.Date,
        Comparison.StartsWith or Comparison.Contains => type == AttributeType.Text,
        Comparison.In => type is AttributeType.Text or AttributeType.Number or AttributeType.Version,
        Comparison.Less or Comparison.LessOrEqual or Comparison.GreaterOrEqual or Comparison.Greater =>
            type is AttributeType.Number or AttributeType.Version,
        Comparison.WithinDays => type == AttributeType.Date,
        _ => throw new InvalidOperationException("Comparison is a closed set."),
    };

    private static string Text(AttributeDefinition attribute, Comparison comparison, RuleValue value)
    {
        if (!value.Quoted)
            throw Expected(attribute, value, "a text in quotes");
        if (value.Text.Length > RuleLimits.ValueLengthMax)
            throw value.At.Refuse(RuleFault.TooLarge, $"a value has at most {RuleLimits.ValueLengthMax} characters.");
        if (comparison is Comparison.StartsWith or Comparison.Contains && value.Text.Length == 0)
            throw value.At.Refuse(RuleFault.Value, "every text starts with and contains the empty text: expected at least one character.");
        return IsPlain(value.Text) ? value.Text : throw value.At.Refuse(RuleFault.Value, "a value holds no control characters and no half characters.");
    }

    /// <summary>A rule is one line, and JSON can't hold half of a surrogate pair.</summary>
    private static bool IsPlain(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != System.Buffers.OperationStatus.Done || Rune.IsControl(rune))
                return false;
            rest = rest[length..];
        }

        return true;
    }

    private static string? Days(string text) =>
        text.Length <= 4 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= RuleLimits.DaysMax
            ? days.ToString(CultureInfo.InvariantCulture)
            : null;

    private static string? Boolean(string text) =>
        text.Equals("true", StringComparison.OrdinalIgnoreCase) ? "true" : text.Equals("false", StringComparison.OrdinalIgnoreCase) ? "false" : null;

    private static RuleException Expected(AttributeDefinition attribute, RuleValue value, string expected) =>
        value.At.Refuse(RuleFault.Value, $"{attribute.Name} is {Kind(attribute.Type)}: expected {expected}, not {RulePlace.Short(value.Text)}.");
}
