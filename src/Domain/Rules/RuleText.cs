using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>
/// The one-line form: <c>department is "Surgery" and (floor >= 3 or in user group "nurses") and not isNobody</c>. not binds tighter than
/// and, and tighter than or; words may be in capitals; attributes go by name.
/// </summary>
public static class RuleText
{
    /// <summary>The rule, typed and in one form; whether its groups exist is <see cref="RuleCheck.Groups"/>'s to say.</summary>
    /// <exception cref="RuleException">Says the column and what was expected there.</exception>
    public static Rule Parse(string text, AttributeTable attributes, RuleScope scope) => text.Length <= RuleLimits.TextLengthMax
        ? new RuleParser(text, new CheckedNodes(attributes, scope)).Whole()
        : throw new RuleException(
            RuleFault.TooLarge,
            $"A rule in one line has at most {RuleLimits.TextLengthMax} characters; a larger one is written as JSON.");

    /// <summary>
    /// One text for each rule, which parses to the same rule. A rule given as JSON can have a text longer than
    /// <see cref="RuleLimits.TextLengthMax"/>: that one is for reading only.
    /// </summary>
    public static string Print(Rule rule, AttributeTable attributes) => new RulePrinter(attributes).Print(rule);
}
