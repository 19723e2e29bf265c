using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Policies;

namespace Mdm.Fleet.Domain.Configurations;

/// <summary>
/// What an admin typed into a configuration: one payload of a profile. Protocol renders it; the keys' meaning is Apple's
/// (apple/device-management, mdm/profiles). A closed family; those of accounts, of networks and of the server alone are beside it.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(WiFi), "wifi")]
[JsonDerivedType(typeof(WebClip), "webClip")]
[JsonDerivedType(typeof(Passcode), "passcode")]
[JsonDerivedType(typeof(Restrictions), "restrictions")]
[JsonDerivedType(typeof(Certificate), "certificate")]
[JsonDerivedType(typeof(CustomProfile), "custom")]
[JsonDerivedType(typeof(MultiUserSignIn), "multiUserSignIn")]
[JsonDerivedType(typeof(ExchangeAccount), "exchange")]
[JsonDerivedType(typeof(MailAccount), "mail")]
[JsonDerivedType(typeof(CardDavAccount), "cardDav")]
[JsonDerivedType(typeof(CalDavAccount), "calDav")]
[JsonDerivedType(typeof(SubscribedCalendar), "subscribedCalendar")]
[JsonDerivedType(typeof(Cellular), "cellular")]
[JsonDerivedType(typeof(GlobalProxy), "globalProxy")]
[JsonDerivedType(typeof(ManagedAppsOnly), "mam")]
[JsonDerivedType(typeof(AuthenticatorOnly), "authenticatorOnly")]
[JsonDerivedType(typeof(Policy), "policy")]
public abstract record ConfigurationContent
{
    private protected ConfigurationContent()
    {
    }

    /// <summary>The name of the case, as JSON has it.</summary>
    [JsonIgnore]
    public string Kind => this switch
    {
        WiFi => "wifi",
        WebClip => "webClip",
        Passcode => "passcode",
        Restrictions => "restrictions",
        Certificate => "certificate",
        CustomProfile => "custom",
        MultiUserSignIn => "multiUserSignIn",
        ExchangeAccount => "exchange",
        MailAccount => "mail",
        CardDavAccount => "cardDav",
        CalDavAccount => "calDav",
        SubscribedCalendar => "subscribedCalendar",
        Cellular => "cellular",
        GlobalProxy => "globalProxy",
        ManagedAppsOnly => "mam",
        AuthenticatorOnly => "authenticatorOnly",
        Policy => "policy",
        _ => throw new InvalidOperationException($"{GetType().Name} has no name."),
    };

    /// <summary>Secrets are written and never shown: what a change does not bring stays as it was stored; an empty text takes it away.</summary>
    public virtual ConfigurationContent KeepSecrets(ConfigurationContent? stored) => this;

    /// <summary><c>com.apple.wifi.managed</c>. Proxy: where this network is left through one.</summary>
    public sealed record WiFi(
        string Ssid,
        WiFiSecurity Security = WiFiSecurity.None,
        string? Password = null,
        bool Hidden = false,
        bool AutoJoin = true,
        ProxySettings? Proxy = null) : ConfigurationContent
    {
        public override ConfigurationContent KeepSecrets(ConfigurationContent? stored)
        {
            var before = stored as WiFi;
            return this with
            {
                Password = Secrets.Keep(Password, Security == WiFiSecurity.None ? null : before?.Password),
                Proxy = Proxy?.KeepSecrets(before?.Proxy),
            };
        }
    }

    /// <summary><c>com.apple.webClip.managed</c>. The icon is a square PNG, at most 400 by 400 points and 1 MB.</summary>
    public sealed record WebClip(
        string Url,
        string Label,
        ReadOnlyMemory<byte>? IconPng = null,
        bool Removable = true,
        bool FullScreen = false) : ConfigurationContent;

    /// <summary><c>com.apple.mobiledevice.passwordpolicy</c>. Null leaves a key out.</summary>
    public sealed record Passcode(
        bool Required = true,
        bool AllowSimple = true,
        bool RequireAlphanumeric = false,
        int? MinLength = null,
        int? MaxFailedAttempts = null,
        int? MaxInactivityMinutes = null,
        int? MaxAgeDays = null,
        int? HistoryCount = null) : ConfigurationContent;

    /// <summary><c>com.apple.applicationaccess</c>: Apple's key names (<c>allowCamera</c> …) with their values.</summary>
    public sealed record Restrictions(ImmutableSortedDictionary<string, bool> Keys) : ConfigurationContent;

    /// <summary><c>com.apple.security.root</c> or <c>.pkcs1</c> for a certificate (DER); <c>.pkcs12</c> for an identity with its password.</summary>
    public sealed record Certificate(ReadOnlyMemory<byte> Data, bool IsIdentity = false, string? Password = null, bool IsRoot = false) : ConfigurationContent
    {
        public override ConfigurationContent KeepSecrets(ConfigurationContent? stored) =>
            this with { Password = Secrets.Keep(Password, IsIdentity ? (stored as Certificate)?.Password : null) };
    }

    /// <summary>A whole configuration profile (XML property list, not signed) uploaded by the admin; its identifiers are replaced by ours.</summary>
    public sealed record CustomProfile(ReadOnlyMemory<byte> MobileConfig) : ConfigurationContent;

    /// <summary>The built-in "Multi-user Secure Sign-in for iOS" (MU-10): a web clip whose URL is rendered per device.</summary>
    public sealed record MultiUserSignIn(string Label, ReadOnlyMemory<byte>? IconPng = null) : ConfigurationContent
    {
        /// <summary>Whose iPads these are, above what the pages say.</summary>
        public string? Organization { get; init; }

        /// <summary>"#rrggbb", as the three below: of buttons and links; null = as usual.</summary>
        public string? Accent { get; init; }

        public string? Background { get; init; }

        public string? AccentDark { get; init; }

        public string? BackgroundDark { get; init; }

        /// <summary>Texts of the pages by language (BCP 47); what is missing is as usual.</summary>
        public ImmutableSortedDictionary<string, SignInWords>? Texts { get; init; }
    }
}

/// <summary>What an organization says on its sign-in pages in one language, in plain text. Greeting: while the iPad is free; Support: below each page.</summary>
public sealed record SignInWords(string? Title = null, string? Greeting = null, string? Support = null);

/// <summary>Apple's <c>EncryptionType</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WiFiSecurity>))]
public enum WiFiSecurity
{
    None,
    WEP,
    WPA,
    WPA2,
    WPA3,
    Any,
}
