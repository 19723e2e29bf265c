using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Mdm.Fleet.Domain.Mail;

/// <summary>A language as BCP 47 writes it: "fr", "pt-BR", "zh-Hant-TW".</summary>
public static partial class LanguageTag
{
    /// <summary>The tag in its usual case.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? tag)
    {
        tag = text is { Length: <= 35 } && Shape().IsMatch(text)
            ? string.Join('-', text.Split('-').Select((part, index) => Cased(part.ToLowerInvariant(), index)))
            : null;
        return tag is not null;
    }

    /// <summary>The tag itself and the wider ones, nearest first: zh-Hant-TW, zh-Hant, zh.</summary>
    public static IEnumerable<string> Widening(string tag)
    {
        for (var end = tag.Length; end > 0; end = tag.LastIndexOf('-', end - 1))
            yield return tag[..end];
    }

    private static string Cased(string part, int index) => (index, part.Length) switch
    {
        (> 0, 2) => part.ToUpperInvariant(),
        (> 0, 4) when char.IsAsciiLetter(part[0]) => char.ToUpperInvariant(part[0]) + part[1..],
        _ => part,
    };

    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}\z")]
    private static partial Regex Shape();
}
