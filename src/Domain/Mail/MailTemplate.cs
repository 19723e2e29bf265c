using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Mdm.Fleet.Domain.Mail;

/// <summary>A mail with holes, <c>{displayName}</c> say; other braces are text.</summary>
public sealed partial record MailTemplate(string Subject, string Text)
{
    public const int SubjectLengthMax = 200;
    public const int TextLengthMax = 16_384;

    private const string Link = "link";

    private static readonly Regex Hole = HolePattern();

    /// <summary>The mistakes in it, each with the field that it is in; none = it may be saved.</summary>
    public IEnumerable<(string Field, string Message)> Problems()
    {
        if (Subject.Length is 0 or > SubjectLengthMax || Subject.Any(char.IsControl) || string.IsNullOrWhiteSpace(Subject))
            yield return ("subject", $"subject is 1 to {SubjectLengthMax} characters in one line.");
        if (Text.Length > TextLengthMax || Text.Any(c => char.IsControl(c) && c is not ('\r' or '\n' or '\t')))
            yield return ("text", $"text is at most {TextLengthMax} characters without control characters.");
        if (!HolesOf(Text).Contains(Link))
            yield return ("text", "{link} is missing: without it nobody can follow the invitation.");
        foreach (var (field, name) in Unknown(("subject", Subject), ("text", Text)))
            yield return (field, $"{{{name}}} is unknown: there are {string.Join(", ", InvitationValues.Names.Select(known => $"{{{known}}}"))}.");
    }

    /// <summary>Fills the holes, each once: what a value holds is never a hole.</summary>
    public MailText Render(InvitationValues values)
    {
        var text = new StringBuilder(Text.Length * 2);
        var html = new StringBuilder(Text.Length * 3);
        foreach (var (piece, isHole) in Pieces(Text.ReplaceLineEndings("\n")))
        {
            var value = isHole ? values.Of(piece) : piece;
            text.Append(value);
            html.Append(isHole && piece == Link ? Anchor(value) : Encode(value));
        }

        var subject = string.Concat(Pieces(Subject).Select(piece => piece.IsHole ? values.Of(piece.Text) : piece.Text));
        return new MailText(subject, text.ToString().Trim() + "\n", Page(html.ToString().Trim()));
    }

    private static IEnumerable<(string Field, string Name)> Unknown(params (string Field, string Text)[] fields) =>
        fields.SelectMany(field => HolesOf(field.Text).Except(InvitationValues.Names).Select(name => (field.Field, name)));

    private static IEnumerable<string> HolesOf(string text) => Hole.Matches(text).Select(match => match.Groups[1].Value);

    private static IEnumerable<(string Text, bool IsHole)> Pieces(string text)
    {
        var at = 0;
        foreach (Match hole in Hole.Matches(text))
        {
            yield return (text[at..hole.Index], false);
            yield return (hole.Groups[1].Value, true);
            at = hole.Index + hole.Length;
        }

        yield return (text[at..], false);
    }

    private static string Page(string body) =>
        "<!doctype html><html><head><meta charset=\"utf-8\"></head><body style=\"font:16px/1.5 -apple-system,system-ui,sans-serif\"><p>"
        + Blank().Replace(body, "</p><p>").Replace("\n", "<br>\n", StringComparison.Ordinal)
        + "</p></body></html>";

    private static string Anchor(string link) => $"<a href=\"{Encode(link)}\">{Encode(link)}</a>";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex(@"\{([A-Za-z][A-Za-z0-9]{0,63})\}")]
    private static partial Regex HolePattern();

    [GeneratedRegex(@"\n[ \t]*\n\s*")]
    private static partial Regex Blank();
}

/// <summary>A mail whose holes are filled.</summary>
public sealed record MailText(string Subject, string Text, string Html);

/// <summary>What an invitation can say. Expires is a time as the reader sees it.</summary>
public sealed record InvitationValues(string DisplayName, string UserName, string Link, string Organization, string Expires)
{
    public static IReadOnlyList<string> Names { get; } = ["displayName", "userName", "link", "organization", "expires"];

    /// <exception cref="FormatException">There is no such hole.</exception>
    public string Of(string name) => name switch
    {
        "displayName" => DisplayName,
        "userName" => UserName,
        "link" => Link,
        "organization" => Organization,
        "expires" => Expires,
        _ => throw new FormatException($"{{{name}}} is unknown."),
    };
}
