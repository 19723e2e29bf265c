using System.Text;

namespace Mdm.Fleet.Domain.Rules;

internal enum RuleTokenKind
{
    /// <summary>A keyword, a name, a number or a version.</summary>
    Word,
    Quoted,

    /// <summary>A parenthesis, a comma or a comparison's sign.</summary>
    Sign,
    End,
}

/// <summary>A word, a quoted text (without quotes and escapes) or a sign.</summary>
internal readonly record struct RuleToken(RuleTokenKind Kind, string Text, int Column)
{
    public RulePlace At => new RulePlace.Column(Column);

    /// <summary>It can be a name or a value.</summary>
    public bool IsValue => Kind is RuleTokenKind.Word or RuleTokenKind.Quoted;

    public bool IsWord(string word) => Kind == RuleTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsSign(string sign) => Kind == RuleTokenKind.Sign && Text == sign;

    /// <summary>As a sentence names it.</summary>
    public string Shown => Kind switch
    {
        RuleTokenKind.End => "the end",
        RuleTokenKind.Quoted => $"\"{RulePlace.Short(Text)}\"",
        _ => RulePlace.Short(Text),
    };
}

/// <summary>Reads the one-line form token by token, each character once.</summary>
internal sealed class RuleLexer(string text)
{
    private int _position;

    /// <exception cref="RuleException">A quote is not closed, or a character has no place in a rule.</exception>
    public RuleToken Next()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position]))
            _position++;
        var start = _position;
        if (start == text.Length)
            return new(RuleTokenKind.End, "", start + 1);
        if (text[start] == '"')
            return Quoted(start);
        if (IsWord(text[start]))
            return Word(start);
        var sign = Sign(text.AsSpan(start))
            ?? throw Refuse(start, $"{RulePlace.Short(text.AsSpan(start, 1))} has no place in a rule; a text stands in quotes.");
        _position += sign.Length;
        return new(RuleTokenKind.Sign, sign, start + 1);
    }

    private RuleToken Word(int start)
    {
        while (_position < text.Length && IsWord(text[_position]))
            _position++;
        return new(RuleTokenKind.Word, text[start.._position], start + 1);
    }

    private RuleToken Quoted(int start)
    {
        var unquoted = new StringBuilder();
        for (_position++; _position < text.Length; _position++)
        {
            if (text[_position] == '"')
            {
                _position++;
                return new(RuleTokenKind.Quoted, unquoted.ToString(), start + 1);
            }

            if (text[_position] == '\\' && ++_position < text.Length && text[_position] is not ('"' or '\\'))
                throw Refuse(_position - 1, "expected \\\" or \\\\ : a backslash stands before a quote or another one.");
            if (_position < text.Length)
                unquoted.Append(text[_position]);
        }

        throw Refuse(start, "this quote is not closed.");
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-';

    private static string? Sign(ReadOnlySpan<char> rest) => rest switch
    {
        ['<', '=', ..] or ['≤', ..] => rest[0] == '<' ? "<=" : "≤",
        ['>', '=', ..] or ['≥', ..] => rest[0] == '>' ? ">=" : "≥",
        ['!', '=', ..] => "!=",
        ['=', '=', ..] => "==",
        ['<', ..] => "<",
        ['>', ..] => ">",
        ['=', ..] => "=",
        ['(', ..] => "(",
        [')', ..] => ")",
        [',', ..] => ",",
        _ => null,
    };

    private static RuleException Refuse(int position, string sentence) => new RulePlace.Column(position + 1).Refuse(RuleFault.Syntax, sentence);
}
