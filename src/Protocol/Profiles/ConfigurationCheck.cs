using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mdm.Fleet.Domain.Configurations;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>What is wrong with one field of a configuration.</summary>
/// <param name="Field">The field's name in the API, camel case.</param>
public sealed record ConfigurationProblem(string Field, string Message);

/// <summary>Finds what a device would refuse, before it is published (apple/protocol-notes.md, sections 10 and 12).</summary>
public static class ConfigurationCheck
{
    /// <summary>All problems; empty when the content can be rendered.</summary>
    public static ImmutableArray<ConfigurationProblem> Check(ConfigurationContent content) =>
    [
        .. (content switch
        {
            ConfigurationContent.WiFi wifi => CheckWiFi(wifi),
            ConfigurationContent.WebClip clip => [.. CheckUrl(clip.Url), .. CheckLabel(clip.Label), .. CheckIcon(clip.IconPng)],
            ConfigurationContent.Passcode passcode => CheckPasscode(passcode),
            ConfigurationContent.Restrictions restrictions => CheckRestrictions(restrictions),
            ConfigurationContent.Certificate certificate => CheckCertificate(certificate),
            ConfigurationContent.CustomProfile custom => CheckCustom(custom),
            ConfigurationContent.MultiUserSignIn signIn => [.. CheckLabel(signIn.Label), .. CheckIcon(signIn.IconPng)],
            _ => throw new InvalidOperationException("ConfigurationContent is a closed family."),
        }),
    ];

    private static IEnumerable<ConfigurationProblem> CheckWiFi(ConfigurationContent.WiFi wifi)
    {
        if (!IsXmlText(wifi.Ssid) || Encoding.UTF8.GetByteCount(wifi.Ssid) is < 1 or > 32)
            yield return new("ssid", "The network name is 1 to 32 bytes of UTF-8.");
        if (wifi.Security is WiFiSecurity.None && wifi.Password is not null)
            yield return new("password", "An open network has no password.");
        if (wifi.Security is WiFiSecurity.WEP && string.IsNullOrEmpty(wifi.Password))
            yield return new("password", "A WEP network needs its key.");
        if (wifi.Security is WiFiSecurity.WPA or WiFiSecurity.WPA2 or WiFiSecurity.WPA3 && !IsPassphrase(wifi.Password))
            yield return new("password", "A WPA password is 8 to 63 printable ASCII characters, or 64 hexadecimal digits.");
    }

    private static bool IsPassphrase(string? password) => password?.Length switch
    {
        >= 8 and <= 63 => password.All(c => c is >= ' ' and <= '~'),
        64 => password.All(char.IsAsciiHexDigit),
        _ => false,
    };

    private static IEnumerable<ConfigurationProblem> CheckUrl(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || !IsXmlText(url))
            yield return new("url", "The address is absolute and starts with https:// or http://.");
    }

    private static IEnumerable<ConfigurationProblem> CheckLabel(string label)
    {
        if (string.IsNullOrWhiteSpace(label) || !IsXmlText(label))
            yield return new("label", "The label is not empty and has no control characters.");
    }

    private static IEnumerable<ConfigurationProblem> CheckIcon(ReadOnlyMemory<byte>? icon)
    {
        if (icon is { } png && PngIcon.Problem(png.Span) is { } problem)
            yield return new("iconPng", problem);
    }

    private static IEnumerable<ConfigurationProblem> CheckPasscode(ConfigurationContent.Passcode passcode) =>
    [
        .. CheckRange("minLength", passcode.MinLength, 0, 16),
        .. CheckRange("maxFailedAttempts", passcode.MaxFailedAttempts, 2, 11),
        .. CheckRange("maxInactivityMinutes", passcode.MaxInactivityMinutes, 0, 15),
        .. CheckRange("maxAgeDays", passcode.MaxAgeDays, 1, 730),
        .. CheckRange("historyCount", passcode.HistoryCount, 1, 50),
    ];

    private static IEnumerable<ConfigurationProblem> CheckRange(string field, int? value, int min, int max)
    {
        if (value < min || value > max)
            yield return new(field, $"The value is {min} to {max}.");
    }

    private static IEnumerable<ConfigurationProblem> CheckRestrictions(ConfigurationContent.Restrictions restrictions)
    {
        if (restrictions.Keys.IsEmpty)
            yield return new("keys", "There is at least one restriction.");
        foreach (var key in restrictions.Keys.Keys.Where(key => !IsRestrictionKey(key)))
            yield return new("keys", $"A restriction's key is letters and digits, and not one of the payload's own: {key.Length} characters given.");
    }

    private static bool IsRestrictionKey(string key) =>
        key.Length is > 0 and <= 100 && char.IsAsciiLetter(key[0]) && key.All(char.IsAsciiLetterOrDigit)
        && !key.StartsWith("Payload", StringComparison.Ordinal);

    private static IEnumerable<ConfigurationProblem> CheckCertificate(ConfigurationContent.Certificate certificate)
    {
        if (!CanLoad(certificate))
            yield return new("data", certificate.IsIdentity
                ? "The identity cannot be opened with this password (PKCS#12)."
                : "This is no certificate (DER or PEM).");
    }

    private static bool CanLoad(ConfigurationContent.Certificate certificate)
    {
        try
        {
            using var loaded = certificate.IsIdentity
                ? X509CertificateLoader.LoadPkcs12(certificate.Data.Span, certificate.Password, X509KeyStorageFlags.EphemeralKeySet)
                : X509CertificateLoader.LoadCertificate(certificate.Data.Span);
            return !certificate.IsIdentity || loaded.HasPrivateKey;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static ImmutableArray<ConfigurationProblem> CheckCustom(ConfigurationContent.CustomProfile custom)
    {
        try
        {
            CustomProfile.Rename(new ProfileHeader("check", "0", "check"), custom.MobileConfig.Span);
            return [];
        }
        catch (ProtocolException refused)
        {
            return [new("mobileConfig", refused.Message)];
        }
    }

    private static bool IsXmlText(string text) => text.EnumerateRunes().All(rune => rune.Value >= ' ' && Plist.PlistText.IsXmlCharacter(rune.Value));
}
