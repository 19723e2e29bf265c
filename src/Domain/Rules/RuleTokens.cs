namespace Mdm.Fleet.Domain.Rules;

/// <summary>The tokens of a rule, of which the parser sees the next one.</summary>
internal sealed class RuleTokens
{
    private readonly RuleLexer _lexer;

    public RuleTokens(string text)
    {
        _lexer = new RuleLexer(text);
        Current = _lexer.Next();
    }

    public RuleToken Current { get; private set; }

    public RuleToken Take()
    {
        var taken = Current;
        Current = _lexer.Next();
        return taken;
    }

    /// <summary>Takes the word if it is next.</summary>
    public bool TakeWord(string word) => Current.IsWord(word) && Take() is { Kind: RuleTokenKind.Word };

    /// <summary>Takes the sign if it is next.</summary>
    public bool TakeSign(string sign) => Current.IsSign(sign) && Take() is { Kind: RuleTokenKind.Sign };

    /// <exception cref="RuleException">Something else is next.</exception>
    public void ExpectSign(string sign, string expected)
    {
        if (!TakeSign(sign))
            throw Expected(expected);
    }

    public RuleException Expected(string what) => Current.At.Refuse(RuleFault.Syntax, $"expected {what}, not {Current.Shown}.");
}
