using System.Globalization;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>What the branding of the sign-in may be (MU-17): plain text within bounds, and colours on which text is read.</summary>
internal static class SignInCheck
{
    private const int LabelCharsMax = 64;
    private const int NameCharsMax = 80;
    private const int LineCharsMax = 300;
    private const int LanguagesMax = 32;

    public static IEnumerable<ConfigurationProblem> Check(ConfigurationContent.MultiUserSignIn content) =>
    [
        .. content.Label.Length > LabelCharsMax ? [new ConfigurationProblem("label", $"The label has at most {LabelCharsMax} characters.")] : Array.Empty<ConfigurationProblem>(),
        .. Plain("organization", content.Organization, NameCharsMax),
        .. Colour("accent", content.Accent),
        .. Colour("background", content.Background),
        .. Colour("accentDark", content.AccentDark),
        .. Colour("backgroundDark", content.BackgroundDark),
        .. SignInColours.Of(content).Pairs().Where(pair => !pair.IsReadable).Select(Unreadable),
        .. Texts(content),
    ];

    private static IEnumerable<ConfigurationProblem> Texts(ConfigurationContent.MultiUserSignIn content)
    {
        if (content.Texts is not { } texts)
            yield break;
        if (texts.Count > LanguagesMax)
            yield return new("texts", $"There are texts in at most {LanguagesMax} languages.");
        foreach (var (language, words) in texts.Take(LanguagesMax))
        {
            if (!LanguageTag.TryParse(language, out var tag) || tag != language)
                yield return new("texts", tag is null ? "Texts are named by BCP 47 tags: en, fr, pt-BR." : $"The language \"{tag}\" is written so.");
            if (words is null)
                yield return new("texts", "A language's texts are an object.");
            foreach (var problem in Plain($"texts.{language}.title", words?.Title, NameCharsMax)
                .Concat(Plain($"texts.{language}.greeting", words?.Greeting, LineCharsMax))
                .Concat(Plain($"texts.{language}.support", words?.Support, LineCharsMax)))
            {
                yield return problem;
            }
        }
    }

    /// <summary>One line; whoever reads the page is not told from the texts' side what it holds, so nothing is filled in.</summary>
    private static IEnumerable<ConfigurationProblem> Plain(string field, string? text, int charsMax)
    {
        if (text is null)
            yield break;
        if (string.IsNullOrWhiteSpace(text) || text.Length > charsMax || !FieldCheck.IsXmlText(text) || text.Any(TurnsText))
            yield return new(field, $"The text has 1 to {charsMax} characters on one line and no control characters.");
        else if (Template.IsTemplate(text))
            yield return new(field, "The texts of the sign-in pages hold no variables.");
    }

    /// <summary>Characters that make what follows read in another direction than it is written: Unicode's explicit embeddings and isolates.</summary>
    private static bool TurnsText(char c) => c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static IEnumerable<ConfigurationProblem> Colour(string field, string? colour)
    {
        if (colour is not null && !Rgb.TryParse(colour, out _))
            yield return new(field, "A colour is #rrggbb.");
    }

    private static ConfigurationProblem Unreadable(ColourPair pair) => new(pair.Member, string.Create(
        CultureInfo.InvariantCulture,
        $"Nobody could read {pair.Words}: {pair.Text} on {pair.Surface} has a contrast of {Math.Floor(pair.Contrast * 100) / 100:0.00}:1, and at least {ColourPair.ContrastMin:0.0}:1 is needed."));
}
