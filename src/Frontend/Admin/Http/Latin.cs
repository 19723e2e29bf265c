using System.Collections.Frozen;
using System.Text;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>
/// Latin letters as ASCII, lower case. A table, because the framework decomposes letters only with ICU, which this server does without
/// (InvariantGlobalization).
/// </summary>
internal static class Latin
{
    private static readonly FrozenDictionary<int, string> Folded = Table(
        "a:àáâãäåāăą", "ae:æ", "c:çćĉċč", "d:ďđð", "e:èéêëēĕėęě", "g:ĝğġģ", "h:ĥħ", "i:ìíîïĩīĭįı", "ij:ĳ", "j:ĵ", "k:ķ", "l:ĺļľŀł",
        "n:ñńņňŉŋ", "o:òóôõöøōŏő", "oe:œ", "r:ŕŗř", "s:śŝşšș", "ss:ß", "t:ţťŧț", "th:þ", "u:ùúûüũūŭůűų", "w:ŵ", "y:ýÿŷ", "z:źżž");

    /// <summary>ASCII letters and digits; empty for all that has no such form.</summary>
    public static string Fold(Rune rune)
    {
        var lower = Rune.ToLowerInvariant(rune);
        return lower.IsAscii
            ? Rune.IsLetterOrDigit(lower) ? lower.ToString() : ""
            : Folded.GetValueOrDefault(lower.Value, "");
    }

    private static FrozenDictionary<int, string> Table(params string[] lines) => lines
        .Select(line => line.Split(':'))
        .SelectMany(line => line[1].EnumerateRunes().Select(rune => KeyValuePair.Create(rune.Value, line[0])))
        .ToFrozenDictionary();
}
