using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;

namespace Mdm.Fleet.Domain.Rules;

/// <summary>
/// The one-line form's grammar by recursive descent; it goes in no deeper than <see cref="RuleLimits.DepthMax"/> and looks one token ahead.
/// </summary>
internal sealed class RuleParser
{
    private readonly RuleLexer _lexer;
    private readonly CheckedNodes _nodes;
    private RuleToken _token;
    private int _depth = 1;

    public RuleParser(string text, CheckedNodes nodes)
    {
        _lexer = new RuleLexer(text);
        _nodes = nodes;
        _token = _lexer.Next();
    }

    public Rule Whole()
    {
        var start = _token.At;
        var rule = Any();
        return _token.Kind == RuleTokenKind.End ? RuleNodes.Finish(rule, start) : throw Expected("and, or, or the end of the rule");
    }

    private Rule Any() => Joined("or", All, _nodes.Any);

    private Rule All() => Joined("and", One, _nodes.All);

    private Rule Joined(string word, Func<Rule> next, Func<ImmutableArray<Rule>, RulePlace, Rule> join)
    {
        var at = _token.At;
        var rules = ImmutableArray.CreateBuilder<Rule>();
        do
            rules.Add(next());
        while (TakeWord(word));
        return join(rules.DrainToImmutable(), at);
    }

    private Rule One()
    {
        var at = _token.At;
        if (TakeWord("not"))
            return _nodes.Not(Deeper(One, at), at);
        if (TakeSign("("))
            return Deeper(Any, at, ")");
        if (TakeWord("in"))
            return Membership();
        if (TakeWord(RuleWords.Always))
            return _nodes.All([], at);
        return TakeWord(RuleWords.Never) ? _nodes.Any([], at) : Comparison();
    }

    private Rule Deeper(Func<Rule> inner, RulePlace at, string? closing = null)
    {
        RuleNodes.CheckDepth(++_depth, at);
        var rule = inner();
        _depth--;
        if (closing is not null)
            ExpectSign(closing, "and, or, or a closing parenthesis");
        return rule;
    }

    private Rule Membership()
    {
        var isUser = TakeWord("user");
        if (!isUser && !TakeWord("device"))
            throw Expected("user group or device group after in");
        if (!TakeWord("group"))
            throw Expected("group");
        if (_token.Kind is not (RuleTokenKind.Quoted or RuleTokenKind.Word))
            throw Expected("the group's id");
        var id = Take();
        return isUser ? _nodes.UserGroup(id.Text, id.At) : _nodes.DeviceGroup(id.Text, id.At);
    }

    private Rule Comparison()
    {
        if (_token.Kind is not (RuleTokenKind.Quoted or RuleTokenKind.Word) || (_token.Kind == RuleTokenKind.Word && RuleWords.IsReserved(_token.Text)))
            throw Expected("an attribute, in, not or an opening parenthesis");
        var name = Take();
        var attribute = _nodes.Attribute(name.Text, name.At);
        var at = _token.At;
        if (TakeWord("not"))
            return TakeWord("in") ? _nodes.Not(_nodes.Compare(attribute, Rules.Comparison.In, at, List()), at) : throw Expected("in after not");
        if (TakeWord("in"))
            return _nodes.Compare(attribute, Rules.Comparison.In, at, List());
        if (TakeWord("within"))
            return Within(attribute, at);
        if (TakeComparison(attribute) is { } comparison)
            return _nodes.Compare(attribute, comparison, at, [Value($"a value: {RuleTyping.Kind(attribute.Type)}")]);
        return attribute.Type == AttributeType.Boolean && EndsComparison
            ? _nodes.Compare(attribute, Rules.Comparison.Is, at, [new("true", Quoted: false, at)])
            : throw Expected($"{RuleTyping.Comparisons(attribute.Type)} after {attribute.Name}");
    }

    private bool EndsComparison => _token.Kind == RuleTokenKind.End || _token.IsSign(")") || _token.IsWord("and") || _token.IsWord("or");

    private Rule Within(AttributeDefinition attribute, RulePlace at)
    {
        RuleTyping.CheckComparison(attribute, Rules.Comparison.WithinDays, at);
        var value = Value("a number of days");
        if (!TakeWord("days") && !TakeWord("day"))
            throw Expected("days");
        return _nodes.Compare(attribute, Rules.Comparison.WithinDays, at, [value]);
    }

    /// <summary>Null, and nothing taken, if no comparison stands here.</summary>
    private Comparison? TakeComparison(AttributeDefinition attribute)
    {
        var at = _token.At;
        Comparison? comparison = _token.Kind switch
        {
            RuleTokenKind.Sign => RuleWords.Sign(_token.Text),
            RuleTokenKind.Word => RuleWords.Comparison(_token.Text),
            _ => null,
        };
        if (comparison is null)
            return null;
        Take();
        if (comparison == Rules.Comparison.StartsWith && !TakeWord("with"))
            throw Expected("with after starts");
        if (comparison == Rules.Comparison.Is && TakeWord("not"))
            comparison = Rules.Comparison.IsNot;
        RuleTyping.CheckComparison(attribute, comparison.Value, at);
        return comparison;
    }

    private ImmutableArray<RuleValue> List()
    {
        ExpectSign("(", "an opening parenthesis and the values after in");
        var values = ImmutableArray.CreateBuilder<RuleValue>();
        do
        {
            RuleNodes.CheckValueCount(values.Count + 1, _token.At);
            values.Add(Value("a value"));
        }
        while (TakeSign(","));
        ExpectSign(")", "a comma or a closing parenthesis");
        return values.DrainToImmutable();
    }

    private RuleValue Value(string expected)
    {
        if (_token.Kind is not (RuleTokenKind.Quoted or RuleTokenKind.Word))
            throw Expected(expected);
        var token = Take();
        return new(token.Text, token.Kind == RuleTokenKind.Quoted, token.At);
    }

    private RuleToken Take()
    {
        var taken = _token;
        _token = _lexer.Next();
        return taken;
    }

    private bool TakeWord(string word) => _token.IsWord(word) && Take() is { Kind: RuleTokenKind.Word };

    private bool TakeSign(string sign) => _token.IsSign(sign) && Take() is { Kind: RuleTokenKind.Sign };

    private void ExpectSign(string sign, string expected)
    {
        if (!TakeSign(sign))
            throw Expected(expected);
    }

    private RuleException Expected(string what) => _token.At.Refuse(RuleFault.Syntax, $"expected {what}, not {_token.Shown}.");
}
