using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Mail;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>A text of the organization, and the language that it is in.</summary>
public sealed record SignInSaid(string Text, string Language);

/// <summary>
/// How an organization wants its sign-in pages to look and what it says there, in the reader's language as far as there is one (MU-17).
/// Icon: its address; null = none.
/// </summary>
public sealed record SignInLook(SignInColours Colours, string? Icon, string? Organization, SignInSaid? Title, SignInSaid? Greeting, SignInSaid? Support)
{
    private const int LanguagesMax = 16;

    public static SignInLook Default { get; } = new(SignInColours.Default, null, null, null, null, null);

    /// <summary>The colours as custom properties; they are checked to be nothing else.</summary>
    public string Style => $$"""
        :root{--go:{{Colours.Accent}};--on-go:{{Rgb.White}};--paper:{{Colours.Background}};--ink:{{SignInColours.Ink}};--card:{{SignInColours.Card}};}
        @media (prefers-color-scheme:dark){:root{--go:{{Colours.AccentDark}};--on-go:{{SignInColours.OnAccentDark}};--paper:{{Colours.BackgroundDark}};--ink:{{SignInColours.InkDark}};--card:{{SignInColours.CardDark}};} }
        """;

    /// <param name="icon">Where the content's icon is to be had.</param>
    /// <param name="acceptLanguage">What the reader's browser asks for, best first.</param>
    /// <param name="spoken">The language of the page's own words.</param>
    public static SignInLook Of(ConfigurationContent.MultiUserSignIn content, string? icon, string? acceptLanguage, string spoken)
    {
        var languages = Languages(acceptLanguage).Append(spoken).SelectMany(LanguageTag.Widening).ToList();
        return new SignInLook(
            SignInColours.Of(content),
            content.IconPng is null ? null : icon,
            content.Organization,
            Say(content, languages, words => words.Title),
            Say(content, languages, words => words.Greeting),
            Say(content, languages.Append(BuiltInTemplates.DefaultLanguage), words => words.Support));
    }

    /// <summary>The organization's icon and name, above a page.</summary>
    internal void Head(StringBuilder html)
    {
        if (Icon is null && Organization is null)
            return;
        html.Append("<header>");
        if (Icon is not null)
            html.Append(CultureInfo.InvariantCulture, $"<img src=\"{E(Icon)}\" alt=\"\" width=\"56\" height=\"56\">");
        if (Organization is not null)
            html.Append(CultureInfo.InvariantCulture, $"<span data-brand=\"organization\">{E(Organization)}</span>");
        html.Append("</header>");
    }

    /// <summary>Where help is found, below a page.</summary>
    internal void Foot(StringBuilder html)
    {
        if (Support is { } support)
            html.Append(CultureInfo.InvariantCulture, $"<footer lang=\"{E(support.Language)}\" data-brand=\"support\">{E(support.Text)}</footer>");
    }

    private static SignInSaid? Say(ConfigurationContent.MultiUserSignIn content, IEnumerable<string> languages, Func<SignInWords, string?> pick) => content.Texts is { } texts
        ? languages.Select(language => texts.TryGetValue(language, out var words) && pick(words) is { } text ? new SignInSaid(text, language) : null).FirstOrDefault(said => said is not null)
        : null;

    private static IEnumerable<string> Languages(string? acceptLanguage)
    {
        foreach (var part in (acceptLanguage ?? "").Split(',', LanguagesMax, StringSplitOptions.TrimEntries))
        {
            if (LanguageTag.TryParse(part.Split(';', 2)[0].TrimEnd(), out var tag))
                yield return tag;
        }
    }

    private static string E(string text) => HtmlEncoder.Default.Encode(text);
}
