using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Cms;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>A configuration profile on a device.</summary>
/// <param name="Managed">Installed by MDM; a person's own profile is not.</param>
public sealed record InstalledProfile(
    string Identifier, string Uuid, string DisplayName, ImmutableArray<InstalledPayload> Payloads, bool Managed, PlistValue.Dict Content)
{
    /// <summary>Reads a profile, plain or signed, as iOS does.</summary>
    /// <exception cref="FormatException">It is no profile that iOS would install.</exception>
    public static InstalledProfile Read(byte[] bytes, bool managed)
    {
        try
        {
            var content = PlistValue.Read(ProfileSigning.Unwrap(bytes).Content) as PlistValue.Dict ?? throw new FormatException("No dictionary.");
            if (content.GetString("PayloadType") != "Configuration")
                throw new FormatException("The PayloadType is not Configuration.");
            return new InstalledProfile(
                Required(content, "PayloadIdentifier"), Required(content, "PayloadUUID"), content.GetString("PayloadDisplayName") ?? "",
                [.. content.GetArray("PayloadContent").OfType<PlistValue.Dict>().Select(InstalledPayload.Read)], managed, content);
        }
        catch (Exception malformed) when (malformed is CmsException or PlistException)
        {
            throw new FormatException(malformed.Message, malformed);
        }
    }

    internal static string Required(PlistValue.Dict dict, string key) =>
        dict.GetString(key) is { Length: > 0 } text ? text : throw new FormatException($"{key} is missing.");
}

/// <summary>One payload of a profile on a device.</summary>
/// <param name="Mark">What it is; see <see cref="ItemMark"/>.</param>
public sealed record InstalledPayload(string Type, string Identifier, string Uuid, string DisplayName, string Mark, PlistValue.Dict Content)
{
    private static readonly string[] CertificateTypes =
        ["com.apple.security.root", "com.apple.security.pkcs1", "com.apple.security.pem", "com.apple.security.pkcs12"];

    /// <summary>The certificate that the payload carries (DER), when it is of such a type.</summary>
    public ReadOnlyMemory<byte>? Certificate => CertificateTypes.Contains(Type) ? Content.GetData("PayloadContent") : null;

    /// <exception cref="FormatException">A key that every payload has is missing.</exception>
    public static InstalledPayload Read(PlistValue.Dict payload)
    {
        var type = InstalledProfile.Required(payload, "PayloadType");
        return new InstalledPayload(
            type,
            InstalledProfile.Required(payload, "PayloadIdentifier"),
            InstalledProfile.Required(payload, "PayloadUUID"),
            payload.GetString("PayloadDisplayName") ?? "",
            MarkOf(type, payload),
            payload);
    }

    /// <summary>The certificate of a root payload, which the device trusts from then on.</summary>
    public X509Certificate2? Root() =>
        Type is "com.apple.security.root" or "com.apple.security.pkcs1" && Certificate is { } der ? X509CertificateLoader.LoadCertificate(der.Span) : null;

    private static string MarkOf(string type, PlistValue.Dict payload) => type switch
    {
        "com.apple.wifi.managed" => ItemMark.WiFi(InstalledProfile.Required(payload, "SSID_STR")),
        "com.apple.webClip.managed" => ItemMark.WebClip(InstalledProfile.Required(payload, "URL")),
        "com.apple.applicationaccess" => ItemMark.Restrictions(payload.Entries.Where(e => !IsCommon(e.Key)).Select(e => $"{e.Key}={TextOf(e.Value)}")),
        _ when CertificateTypes.Contains(type) && payload.GetData("PayloadContent") is { } der => ItemMark.Certificate(der.Span),
        _ => ItemMark.Payload(type),
    };

    private static bool IsCommon(string key) => key.StartsWith("Payload", StringComparison.Ordinal);

    private static string TextOf(PlistValue value) => value is PlistValue.Bool flag ? (flag.Value ? "true" : "false") : value.ToString();
}
