using System.Text.RegularExpressions;
using Mdm.Fleet.Domain.Text;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>
/// What single fields of configurations may be. A text that holds a variable (<c>${name}</c>) has its value only at delivery, so that
/// its form can't be told before. Null = the field is left out.
/// </summary>
internal static partial class FieldCheck
{
    private const int TextCharsMax = 1024;

    /// <summary>Characters that a property list can carry, and none that only control.</summary>
    public static bool IsXmlText(string text) => text.EnumerateRunes().All(rune => rune.Value >= ' ' && PlistText.IsXmlCharacter(rune.Value));

    public static bool HoldsVariable(string? text) => text is not null && Template.IsTemplate(text) && Template.Variables(text).Any();

    public static IEnumerable<ConfigurationProblem> Text(string field, string? text)
    {
        if (text is not null && (string.IsNullOrWhiteSpace(text) || text.Length > TextCharsMax || !IsXmlText(text)))
            yield return new(field, $"The text has 1 to {TextCharsMax} characters and no control characters.");
    }

    /// <summary>A secret may have spaces only.</summary>
    public static IEnumerable<ConfigurationProblem> Secret(string field, string? secret)
    {
        if (secret is not null && (secret.Length is 0 or > TextCharsMax || !IsXmlText(secret)))
            yield return new(field, $"The secret has 1 to {TextCharsMax} characters and no control characters.");
    }

    public static IEnumerable<ConfigurationProblem> Host(string field, string? host)
    {
        if (host is not null && (!IsXmlText(host) || (!HoldsVariable(host) && Uri.CheckHostName(host) == UriHostNameType.Unknown)))
            yield return new(field, "The host is a name or an address without a scheme, a path and a port.");
    }

    public static IEnumerable<ConfigurationProblem> Port(string field, int? port)
    {
        if (port is < 1 or > 65535)
            yield return new(field, "The port is 1 to 65535.");
    }

    public static IEnumerable<ConfigurationProblem> EmailAddress(string field, string? address)
    {
        if (address is not null && (!IsXmlText(address) || (!HoldsVariable(address) && !Email().IsMatch(address))))
            yield return new(field, "This is no e-mail address.");
    }

    public static IEnumerable<ConfigurationProblem> WebAddress(string field, string? url, string? message = null)
    {
        if (url is not null && (!IsXmlText(url) || (!HoldsVariable(url) && !IsWebAddress(url))))
            yield return new(field, message ?? "The address is absolute and starts with https:// or http://.");
    }

    /// <summary>JSON takes numbers for words; one that stands for none is refused.</summary>
    public static IEnumerable<ConfigurationProblem> Word<T>(string field, T? word)
        where T : struct, Enum
    {
        if (word is { } given && !Enum.IsDefined(given))
            yield return new(field, $"The value is one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    private static bool IsWebAddress(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http";

    [GeneratedRegex(@"^[^@\s]+@[^@\s]+$")]
    private static partial Regex Email();
}
