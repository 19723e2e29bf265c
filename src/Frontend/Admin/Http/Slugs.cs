using System.Globalization;
using System.Text;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>Makes ids of names: "Klinik Süd, Wi-Fi" becomes "klinik-sud-wi-fi".</summary>
internal static class Slugs
{
    public const int LengthMax = 64;

    /// <summary>How many ids are tried before a name counts as taken.</summary>
    private const int TriesMax = 100;

    /// <summary>The ids to try for a name, the best first.</summary>
    public static IEnumerable<string> For(string name)
    {
        var slug = Of(name);
        yield return slug;
        for (var number = 2; number <= TriesMax; number++)
        {
            var suffix = $"-{number.ToString(CultureInfo.InvariantCulture)}";
            yield return slug[..Math.Min(slug.Length, LengthMax - suffix.Length)] + suffix;
        }
    }

    private static string Of(string name)
    {
        var slug = new StringBuilder(LengthMax);
        foreach (var letter in name.EnumerateRunes().Select(Latin.Fold).TakeWhile(_ => slug.Length < LengthMax))
        {
            if (letter.Length > 0)
                slug.Append(letter);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        var text = slug.ToString()[..Math.Min(slug.Length, LengthMax)].Trim('-');
        return text.Length == 0 ? "item" : text;
    }
}
