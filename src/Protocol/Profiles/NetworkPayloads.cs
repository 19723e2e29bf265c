using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>The keys of cellular and proxy payloads (apple/device-management, mdm/profiles).</summary>
internal static class NetworkPayloads
{
    /// <summary><c>com.apple.cellular</c>.</summary>
    public static PlistValue.Dict Cellular(Cellular cellular) => PlistValue.Dict.Of(
        ("APNs", cellular.Apns.IsEmpty ? null : new PlistValue.Array([.. cellular.Apns.Select(AccessPoint)])),
        ("AttachAPN", cellular.AttachApn is { } attach ? AccessPoint(attach) : null));

    /// <summary><c>com.apple.proxy.http.global</c>.</summary>
    public static PlistValue.Dict Proxy(GlobalProxy proxy) =>
        new([.. Proxy(proxy.Proxy).Entries, KeyValuePair.Create<string, PlistValue>("ProxyCaptiveLoginAllowed", proxy.CaptiveLoginAllowed)]);

    /// <summary>The proxy's keys, which are those of a Wi-Fi payload too.</summary>
    public static PlistValue.Dict Proxy(ProxySettings proxy) => proxy switch
    {
        ProxySettings.Manual manual => PlistValue.Dict.Of(
            ("ProxyPassword", manual.Password),
            ("ProxyServer", manual.Server),
            ("ProxyServerPort", manual.Port),
            ("ProxyType", "Manual"),
            ("ProxyUsername", manual.UserName)),
        ProxySettings.Auto auto => PlistValue.Dict.Of(
            ("ProxyPACFallbackAllowed", auto.FallbackAllowed),
            ("ProxyPACURL", auto.PacUrl),
            ("ProxyType", "Auto")),
        _ => throw new InvalidOperationException("ProxySettings is a closed family."),
    };

    private static PlistValue AccessPoint(AccessPoint apn) => PlistValue.Dict.Of(
        ("AllowedProtocolMask", Mask(apn.Protocols)),
        ("AllowedProtocolMaskInDomesticRoaming", Mask(apn.DomesticRoamingProtocols)),
        ("AllowedProtocolMaskInRoaming", Mask(apn.RoamingProtocols)),
        ("AuthenticationType", apn.Authentication.ToString()),
        ("EnableXLAT464", apn.Xlat464 is { } translates ? translates : null),
        ("Name", apn.Name),
        ("Password", apn.Password),
        ("ProxyPort", ProfileRenderer.Number(apn.ProxyPort)),
        ("ProxyServer", apn.ProxyServer),
        ("Username", apn.UserName));

    private static PlistValue? Mask(InternetProtocols? protocols) => protocols is { } bits ? (int)bits : null;
}
