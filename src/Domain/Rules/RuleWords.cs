using System.Collections.Frozen;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>The words and signs of the one-line form and the names of the JSON form.</summary>
internal static class RuleWords
{
    /// <summary>All of nothing.</summary>
    public const string Always = "always";

    /// <summary>Any of nothing.</summary>
    public const string Never = "never";

    private static readonly FrozenSet<string> Reserved =
        new[] { "and", "or", "not", "in", Always, Never }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, Comparison> ByName = Enum.GetValues<Comparison>().ToFrozenDictionary(Name, StringComparer.Ordinal);

    /// <summary>It cannot stand at the start of a comparison without quotes.</summary>
    public static bool IsReserved(string word) => Reserved.Contains(word);

    /// <summary>The comparison that a word begins: <c>is</c> may go on with not.</summary>
    public static Comparison? Comparison(string word) =>
        word.Equals("is", StringComparison.OrdinalIgnoreCase) ? Rules.Comparison.Is
        : word.Equals("starts", StringComparison.OrdinalIgnoreCase) ? Rules.Comparison.StartsWith
        : word.Equals("contains", StringComparison.OrdinalIgnoreCase) ? Rules.Comparison.Contains
        : null;

    public static Comparison? Sign(string sign) => sign switch
    {
        "<" => Rules.Comparison.Less,
        "<=" or "≤" => Rules.Comparison.LessOrEqual,
        "=" or "==" => Rules.Comparison.Equal,
        "!=" => Rules.Comparison.IsNot,
        ">=" or "≥" => Rules.Comparison.GreaterOrEqual,
        ">" => Rules.Comparison.Greater,
        _ => null,
    };

    /// <summary>In the one-line form.</summary>
    public static string Text(Comparison comparison) => comparison switch
    {
        Rules.Comparison.Is => "is",
        Rules.Comparison.IsNot => "is not",
        Rules.Comparison.StartsWith => "starts with",
        Rules.Comparison.Contains => "contains",
        Rules.Comparison.In => "in",
        Rules.Comparison.Less => "<",
        Rules.Comparison.LessOrEqual => "<=",
        Rules.Comparison.Equal => "=",
        Rules.Comparison.GreaterOrEqual => ">=",
        Rules.Comparison.Greater => ">",
        Rules.Comparison.WithinDays => "within",
        _ => throw new InvalidOperationException("Comparison is a closed set."),
    };

    /// <summary>The <c>op</c> of the JSON form.</summary>
    public static string Name(Comparison comparison) => comparison switch
    {
        Rules.Comparison.Is => "is",
        Rules.Comparison.IsNot => "isNot",
        Rules.Comparison.StartsWith => "startsWith",
        Rules.Comparison.Contains => "contains",
        Rules.Comparison.In => "in",
        Rules.Comparison.Less => "lt",
        Rules.Comparison.LessOrEqual => "lte",
        Rules.Comparison.Equal => "eq",
        Rules.Comparison.GreaterOrEqual => "gte",
        Rules.Comparison.Greater => "gt",
        Rules.Comparison.WithinDays => "withinDays",
        _ => throw new InvalidOperationException("Comparison is a closed set."),
    };

    public static Comparison? Named(string name) => ByName.TryGetValue(name, out var comparison) ? comparison : null;
}
