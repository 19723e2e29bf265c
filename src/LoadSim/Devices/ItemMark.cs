using System.Security.Cryptography;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>
/// The mark of a thing on a device, made from what it is (network name, bundle id, certificate) and never from identifiers that the server
/// chose: so that a scenario can say on its own what should be there.
/// </summary>
public static class ItemMark
{
    /// <summary>The web clip that leads to the sign-in page; its URL is different on every device.</summary>
    public const string SignIn = "webClip:sign-in";

    public static string WiFi(string ssid) => $"wifi:{ssid}";

    /// <summary>A web clip by its address; one whose path is that of the sign-in page is <see cref="SignIn"/>.</summary>
    public static string WebClip(string url) => IsSignIn(url) ? SignIn : $"webClip:{url}";

    public static string Certificate(ReadOnlySpan<byte> der) => $"certificate:{Convert.ToHexStringLower(SHA256.HashData(der))[..16]}";

    /// <summary>Restrictions by their keys and values (<c>allowCamera=false</c>).</summary>
    public static string Restrictions(IEnumerable<string> settings) => $"restrictions:{string.Join(',', settings.Order(StringComparer.Ordinal))}";

    public static string App(string bundleId) => $"app:{bundleId}";

    /// <summary>Any other payload, by Apple's type.</summary>
    public static string Payload(string payloadType) => $"payload:{payloadType}";

    /// <summary>Whether the address is that of a device's sign-in page.</summary>
    public static bool IsSignIn(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.AbsolutePath.StartsWith("/signin/", StringComparison.Ordinal);
}
