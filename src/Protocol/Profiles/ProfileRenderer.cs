using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Policies;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>Renders what an admin typed as a configuration profile; keys are Apple's (apple/device-management, mdm/profiles).</summary>
public static class ProfileRenderer
{
    /// <summary>The profile as XML, not signed. The same arguments give the same bytes.</summary>
    /// <param name="signInUrl">This device's page; only <see cref="ConfigurationContent.MultiUserSignIn"/> needs it.</param>
    /// <exception cref="ProtocolException">
    /// A custom profile is malformed or holds a payload that may not be distributed; or the content is the server's alone.
    /// </exception>
    public static byte[] Render(ProfileHeader header, ConfigurationContent content, string? signInUrl = null) => (content switch
    {
        ConfigurationContent.WiFi wifi => One(header, "com.apple.wifi.managed", WiFi(wifi)),
        ConfigurationContent.WebClip clip => One(header, "com.apple.webClip.managed", WebClip(clip)),
        ConfigurationContent.Passcode passcode => One(header, "com.apple.mobiledevice.passwordpolicy", Passcode(passcode)),
        ConfigurationContent.Restrictions restrictions => One(header, "com.apple.applicationaccess", Restrictions(restrictions)),
        ConfigurationContent.Certificate certificate => One(header, TypeOf(certificate), Certificate(certificate)),
        ConfigurationContent.MultiUserSignIn signIn => One(header, "com.apple.webClip.managed", SignIn(signIn, signInUrl)),
        ExchangeAccount exchange => One(header, "com.apple.eas.account", AccountPayloads.Exchange(exchange)),
        MailAccount mail => One(header, "com.apple.mail.managed", AccountPayloads.Mail(mail)),
        CardDavAccount contacts => One(header, "com.apple.carddav.account", AccountPayloads.Dav("CardDAV", contacts)),
        CalDavAccount calendars => One(header, "com.apple.caldav.account", AccountPayloads.Dav("CalDAV", calendars)),
        SubscribedCalendar calendar => One(header, "com.apple.subscribedcalendar.account", AccountPayloads.Calendar(calendar)),
        Cellular cellular => One(header, "com.apple.cellular", NetworkPayloads.Cellular(cellular)),
        GlobalProxy proxy => One(header, "com.apple.proxy.http.global", NetworkPayloads.Proxy(proxy)),
        ManagedAppsOnly or AuthenticatorOnly or Policy => throw new ProtocolException(ProtocolError.ForbiddenPayload, "Devices get nothing of this: it is the server's alone."),
        ConfigurationContent.CustomProfile custom => CustomProfile.Rename(header, custom.MobileConfig.Span),
        _ => throw new InvalidOperationException("ConfigurationContent is a closed family."),
    }).ToXml();

    private static PlistValue.Dict One(ProfileHeader header, string type, PlistValue.Dict keys) =>
        header.Profile(header.Payload(type, "payload", header.DisplayName, keys));

    private static PlistValue.Dict WiFi(ConfigurationContent.WiFi wifi) => new(
    [
        .. PlistValue.Dict.Of(
            ("AutoJoin", wifi.AutoJoin),
            ("EncryptionType", wifi.Security.ToString()),
            ("HIDDEN_NETWORK", wifi.Hidden),
            ("Password", wifi.Security == WiFiSecurity.None ? null : wifi.Password),
            ("SSID_STR", wifi.Ssid)).Entries,
        .. wifi.Proxy is { } proxy ? NetworkPayloads.Proxy(proxy).Entries : [],
    ]);

    private static PlistValue.Dict WebClip(ConfigurationContent.WebClip clip) => PlistValue.Dict.Of(
        ("FullScreen", clip.FullScreen),
        ("Icon", clip.IconPng),
        ("IsRemovable", clip.Removable),
        ("Label", clip.Label),
        ("URL", clip.Url));

    // IgnoreManifestScope keeps an identity provider of another domain inside the clip (apple/protocol-notes.md, section 10).
    private static PlistValue.Dict SignIn(ConfigurationContent.MultiUserSignIn signIn, string? url) => PlistValue.Dict.Of(
        ("FullScreen", true),
        ("Icon", signIn.IconPng),
        ("IgnoreManifestScope", true),
        ("IsRemovable", false),
        ("Label", signIn.Label),
        ("URL", url ?? throw new ArgumentNullException(nameof(url), "The sign-in web clip is rendered for one device's URL.")));

    private static PlistValue.Dict Passcode(ConfigurationContent.Passcode passcode) => PlistValue.Dict.Of(
        ("allowSimple", passcode.AllowSimple),
        ("forcePIN", passcode.Required),
        ("maxFailedAttempts", Number(passcode.MaxFailedAttempts)),
        ("maxInactivity", Number(passcode.MaxInactivityMinutes)),
        ("maxPINAgeInDays", Number(passcode.MaxAgeDays)),
        ("minLength", Number(passcode.MinLength)),
        ("pinHistory", Number(passcode.HistoryCount)),
        ("requireAlphanumeric", passcode.RequireAlphanumeric));

    private static PlistValue.Dict Restrictions(ConfigurationContent.Restrictions restrictions) =>
        new(restrictions.Keys.Select(pair => KeyValuePair.Create(pair.Key, (PlistValue)pair.Value)));

    private static string TypeOf(ConfigurationContent.Certificate certificate) => certificate switch
    {
        { IsIdentity: true } => "com.apple.security.pkcs12",
        { IsRoot: true } => "com.apple.security.root",
        _ => "com.apple.security.pkcs1",
    };

    private static PlistValue.Dict Certificate(ConfigurationContent.Certificate certificate)
    {
        if (certificate.IsIdentity)
            return PlistValue.Dict.Of(("Password", certificate.Password), ("PayloadContent", certificate.Data));
        using var parsed = X509CertificateLoader.LoadCertificate(certificate.Data.Span);
        return PlistValue.Dict.Of(("PayloadContent", parsed.RawData));
    }

    internal static PlistValue? Number(int? value) => value is { } number ? number : null;
}
