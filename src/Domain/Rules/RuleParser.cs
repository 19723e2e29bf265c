using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>
/// The one-line form's grammar by recursive descent; it goes in no deeper than <see cref="RuleLimits.DepthMax"/> and looks one token ahead.
/// </summary>
internal sealed class RuleParser(string text, CheckedNodes nodes)
{
    private readonly RuleTokens _tokens = new(text);
    private int _depth = 1;

    public Rule Whole()
    {
        var start = _tokens.Current.At;
        var rule = Any();
        return _tokens.Current.Kind == RuleTokenKind.End ? RuleNodes.Finish(rule, start) : throw _tokens.Expected("and, or, or the end of the rule");
    }

    private Rule Any() => Joined("or", All, nodes.Any);

    private Rule All() => Joined("and", One, nodes.All);

    private Rule Joined(string word, Func<Rule> next, Func<ImmutableArray<Rule>, RulePlace, Rule> join)
    {
        var at = _tokens.Current.At;
        var rules = ImmutableArray.CreateBuilder<Rule>();
        do
            rules.Add(next());
        while (_tokens.TakeWord(word));
        return join(rules.DrainToImmutable(), at);
    }

    private Rule One()
    {
        var at = _tokens.Current.At;
        if (_tokens.TakeWord("not"))
            return nodes.Not(Deeper(One, at), at);
        if (_tokens.TakeSign("("))
            return Deeper(Any, at, ")");
        if (_tokens.TakeWord("in"))
            return Membership();
        if (_tokens.TakeWord(RuleWords.Always))
            return nodes.All([], at);
        return _tokens.TakeWord(RuleWords.Never) ? nodes.Any([], at) : Comparison();
    }

    private Rule Deeper(Func<Rule> inner, RulePlace at, string? closing = null)
    {
        RuleNodes.CheckDepth(++_depth, at);
        var rule = inner();
        _depth--;
        if (closing is not null)
            _tokens.ExpectSign(closing, "and, or, or a closing parenthesis");
        return rule;
    }

    private Rule Membership()
    {
        var isUser = _tokens.TakeWord("user");
        if (!isUser && !_tokens.TakeWord("device"))
            throw _tokens.Expected("user group or device group after in");
        if (!_tokens.TakeWord("group"))
            throw _tokens.Expected("group");
        if (!_tokens.Current.IsValue)
            throw _tokens.Expected("the group's id");
        var id = _tokens.Take();
        return isUser ? nodes.UserGroup(id.Text, id.At) : nodes.DeviceGroup(id.Text, id.At);
    }

    private Rule Comparison()
    {
        if (!_tokens.Current.IsValue || (_tokens.Current.Kind == RuleTokenKind.Word && RuleWords.IsReserved(_tokens.Current.Text)))
            throw _tokens.Expected("an attribute, in, not or an opening parenthesis");
        var name = _tokens.Take();
        var attribute = nodes.Attribute(name.Text, name.At);
        var at = _tokens.Current.At;
        var negated = _tokens.TakeWord("not");
        if (_tokens.TakeWord("in"))
            return Among(attribute, negated, at);
        if (negated)
            throw _tokens.Expected("in after not");
        if (_tokens.TakeWord("within"))
            return Within(attribute, at);
        if (TakeComparison(attribute) is { } comparison)
            return nodes.Compare(attribute, comparison, at, [Value($"a value: {RuleTyping.Kind(attribute.Type)}")]);
        return attribute.Type == AttributeType.Boolean && EndsComparison(_tokens.Current)
            ? nodes.Compare(attribute, Rules.Comparison.Is, at, [new("true", Quoted: false, at)])
            : throw _tokens.Expected($"{RuleTyping.Comparisons(attribute.Type)} after {attribute.Name}");
    }

    private Rule Among(AttributeDefinition attribute, bool negated, RulePlace at)
    {
        var among = nodes.Compare(attribute, Rules.Comparison.In, at, List());
        return negated ? nodes.Not(among, at) : among;
    }

    private static bool EndsComparison(RuleToken token) =>
        token.Kind == RuleTokenKind.End || token.IsSign(")") || token.IsWord("and") || token.IsWord("or");

    private Rule Within(AttributeDefinition attribute, RulePlace at)
    {
        RuleTyping.CheckComparison(attribute, Rules.Comparison.WithinDays, at);
        var value = Value("a number of days");
        if (!_tokens.TakeWord("days") && !_tokens.TakeWord("day"))
            throw _tokens.Expected("days");
        return nodes.Compare(attribute, Rules.Comparison.WithinDays, at, [value]);
    }

    /// <summary>Null, and nothing taken, if no comparison stands here.</summary>
    private Comparison? TakeComparison(AttributeDefinition attribute)
    {
        var at = _tokens.Current.At;
        Comparison? comparison = _tokens.Current.Kind switch
        {
            RuleTokenKind.Sign => RuleWords.Sign(_tokens.Current.Text),
            RuleTokenKind.Word => RuleWords.Comparison(_tokens.Current.Text),
            _ => null,
        };
        if (comparison is null)
            return null;
        _tokens.Take();
        if (comparison == Rules.Comparison.StartsWith && !_tokens.TakeWord("with"))
            throw _tokens.Expected("with after starts");
        if (comparison == Rules.Comparison.Is && _tokens.TakeWord("not"))
            comparison = Rules.Comparison.IsNot;
        RuleTyping.CheckComparison(attribute, comparison.Value, at);
        return comparison;
    }

    private ImmutableArray<RuleValue> List()
    {
        _tokens.ExpectSign("(", "an opening parenthesis and the values after in");
        var values = ImmutableArray.CreateBuilder<RuleValue>();
        do
        {
            RuleNodes.CheckValueCount(values.Count + 1, _tokens.Current.At);
            values.Add(Value("a value"));
        }
        while (_tokens.TakeSign(","));
        _tokens.ExpectSign(")", "a comma or a closing parenthesis");
        return values.DrainToImmutable();
    }

    private RuleValue Value(string expected)
    {
        if (!_tokens.Current.IsValue)
            throw _tokens.Expected(expected);
        var token = _tokens.Take();
        return new(token.Text, token.Kind == RuleTokenKind.Quoted, token.At);
    }
}
