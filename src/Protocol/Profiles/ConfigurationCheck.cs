using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Policies;

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
            ConfigurationContent.WiFi wifi => [.. CheckWiFi(wifi), .. NetworkCheck.Proxy(wifi.Proxy)],
            ConfigurationContent.WebClip clip => [.. FieldCheck.WebAddress("url", clip.Url), .. CheckLabel(clip.Label), .. CheckIcon(clip.IconPng)],
            ConfigurationContent.Passcode passcode => CheckPasscode(passcode),
            ConfigurationContent.Restrictions restrictions => CheckRestrictions(restrictions),
            ConfigurationContent.Certificate certificate => CheckCertificate(certificate),
            ConfigurationContent.CustomProfile custom => CheckCustom(custom),
            ConfigurationContent.MultiUserSignIn signIn => [.. CheckLabel(signIn.Label), .. CheckIcon(signIn.IconPng), .. SignInCheck.Check(signIn)],
            ExchangeAccount exchange => AccountCheck.Exchange(exchange),
            MailAccount mail => AccountCheck.Mail(mail),
            DavAccount dav => AccountCheck.Dav(dav),
            SubscribedCalendar calendar => AccountCheck.Calendar(calendar),
            Cellular cellular => NetworkCheck.Cellular(cellular),
            GlobalProxy proxy => NetworkCheck.Proxy(proxy.Proxy),
            ManagedAppsOnly or AuthenticatorOnly => [],
            Policy policy => PolicyCheck.Check(policy).Select(problem => new ConfigurationProblem(problem.Field, problem.Message)),
            _ => throw new InvalidOperationException("ConfigurationContent is a closed family."),
        }),
    ];

    private static IEnumerable<ConfigurationProblem> CheckWiFi(ConfigurationContent.WiFi wifi)
    {
        if (!FieldCheck.IsXmlText(wifi.Ssid) || (Encoding.UTF8.GetByteCount(wifi.Ssid) is < 1 or > 32 && !FieldCheck.HoldsVariable(wifi.Ssid)))
            yield return new("ssid", "The network name is 1 to 32 bytes of UTF-8.");
        if (wifi.Security is WiFiSecurity.None && wifi.Password is not null)
            yield return new("password", "An open network has no password.");
        if (wifi.Security is WiFiSecurity.WEP && string.IsNullOrEmpty(wifi.Password))
            yield return new("password", "A WEP network needs its key.");
        if (FieldCheck.HoldsVariable(wifi.Password) && FieldCheck.IsXmlText(wifi.Password!))
            yield break;
        if (wifi.Security is WiFiSecurity.WPA or WiFiSecurity.WPA2 or WiFiSecurity.WPA3 && !IsPassphrase(wifi.Password))
            yield return new("password", "A WPA password is 8 to 63 printable ASCII characters, or 64 hexadecimal digits.");
    }

    private static bool IsPassphrase(string? password) => password?.Length switch
    {
        >= 8 and <= 63 => password.All(c => c is >= ' ' and <= '~'),
        64 => password.All(char.IsAsciiHexDigit),
        _ => false,
    };

    private static IEnumerable<ConfigurationProblem> CheckLabel(string label)
    {
        if (string.IsNullOrWhiteSpace(label) || !FieldCheck.IsXmlText(label))
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

    /// <summary>Whether the data is a PKCS#12 with a private key that this password opens.</summary>
    internal static bool IsIdentity(ReadOnlyMemory<byte> data, string? password) =>
        CanLoad(new ConfigurationContent.Certificate(data, IsIdentity: true, password));

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
}
