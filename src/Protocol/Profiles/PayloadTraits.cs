using System.Collections.Frozen;
using System.Collections.Immutable;
using Mdm.Fleet.Domain.Configurations;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>What the payloads of a content mean for a device as a whole.</summary>
/// <param name="Exclusive">Payload types in it that a device holds once (apple/profile-support.csv, column "multiple", iOS).</param>
/// <param name="IsNetwork">It is a network that may carry the device.</param>
public sealed record PayloadTraits(ImmutableArray<string> Exclusive, bool IsNetwork)
{
    private static readonly FrozenSet<string> Single = FrozenSet.ToFrozenSet(
    [
        "com.apple.SetupAssistant.managed", "com.apple.apn.managed", "com.apple.app.lock", "com.apple.cellular", "com.apple.dnsProxy.managed",
        "com.apple.domains", "com.apple.education", "com.apple.globalethernet.managed", "com.apple.homescreenlayout", "com.apple.networkusagerules",
        "com.apple.notificationsettings", "com.apple.profileRemovalPassword", "com.apple.proxy.http.global", "com.apple.shareddeviceconfiguration",
        "com.apple.sso", "com.apple.tvremote",
    ]);

    /// <summary>Only Wi-Fi: an iPad may have no modem and no cable, so that neither a cellular nor an Ethernet payload is known to carry it.</summary>
    private const string Network = "com.apple.wifi.managed";

    /// <exception cref="ProtocolException">A custom profile is malformed.</exception>
    public static PayloadTraits Of(ConfigurationContent content)
    {
        ImmutableArray<string> types = content switch
        {
            ConfigurationContent.WiFi => ["com.apple.wifi.managed"],
            Cellular => ["com.apple.cellular"],
            GlobalProxy => ["com.apple.proxy.http.global"],
            ConfigurationContent.CustomProfile custom => [.. CustomProfile.Read(custom.MobileConfig.Span).Payloads.Select(payload => payload.GetString("PayloadType") ?? "")],
            _ => [],
        };
        return new PayloadTraits([.. types.Where(Single.Contains).Distinct().Order(StringComparer.Ordinal)], types.Contains(Network));
    }
}
