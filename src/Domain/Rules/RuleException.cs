namespace Mdm.Fleet.Domain.Rules;

/// <summary>Why a rule is refused.</summary>
public enum RuleFault
{
    /// <summary>It does not have the form of a rule.</summary>
    Syntax,

    /// <summary>It exceeds <see cref="RuleLimits"/>.</summary>
    TooLarge,

    UnknownAttribute,
    UnknownGroup,

    /// <summary>An attribute that is never for rules, such as lastSeen.</summary>
    ForbiddenAttribute,

    /// <summary>It speaks of devices where only people are known.</summary>
    Scope,

    /// <summary>A comparison that does not go with the attribute's type.</summary>
    Comparison,

    /// <summary>A value that does not go with the attribute's type or the comparison.</summary>
    Value,
}

/// <summary>A rule that is refused. The message is for the admin: where it is and what was expected.</summary>
/// <param name="fault">Why.</param>
/// <param name="sentence">What was expected, as one sentence.</param>
/// <param name="where">A column of the one-line form (<c>column 14</c>) or a path of the JSON form (<c>$.all[1].value</c>); null for the whole rule.</param>
public sealed class RuleException(RuleFault fault, string sentence, string? where = null)
    : Exception(where is null ? sentence : $"At {where}: {sentence}")
{
    public RuleFault Fault { get; } = fault;

    public string? Where { get; } = where;

    public string Sentence { get; } = sentence;
}
