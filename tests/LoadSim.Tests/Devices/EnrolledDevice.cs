using System.Collections.Immutable;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Tests.Devices;

/// <summary>A simulated iPad that is enrolled at a scripted server, with profiles made for tests.</summary>
public static class EnrolledDevice
{
    public const string EnrolmentIdentifier = "example.mdm.enrolment";

    /// <summary>Installs take no time, except apps: those take a minute.</summary>
    public static DeviceOptions Options { get; } = new()
    {
        Proof = IdentityProof.Header,
        ProfileInstall = (TimeSpan.Zero, TimeSpan.Zero),
        AppInstall = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)),
    };

    public static SimulatedDevice At(ScriptedServer server, TimeProvider time, PushSource? push = null)
    {
        var device = new SimulatedDevice(DeviceFacts.Of(1, 1), Options with { Push = push }, new TrustedRoots(), time, seed: 1);
        device.Resume(EnrolmentProfile.From(InstalledProfile.Read(Enrolment(server.Url), managed: true)), null);
        return device;
    }

    /// <summary>A profile with one Wi-Fi payload.</summary>
    public static byte[] WiFi(string identifier, string ssid) =>
        Profile(identifier, PlistValue.Dict.Of(
            ("PayloadType", "com.apple.wifi.managed"), ("PayloadIdentifier", $"{identifier}.wifi"),
            ("PayloadUUID", "6F7A1B0C-0000-4000-8000-000000000002"), ("PayloadVersion", 1), ("SSID_STR", ssid)));

    /// <summary>An enrolment profile without an identity, for servers on plain HTTP.</summary>
    public static byte[] Enrolment(Uri server) =>
        Profile(EnrolmentIdentifier, PlistValue.Dict.Of(
            ("PayloadType", "com.apple.mdm"), ("PayloadIdentifier", $"{EnrolmentIdentifier}.mdm"),
            ("PayloadUUID", "6F7A1B0C-0000-4000-8000-000000000003"), ("PayloadVersion", 1),
            ("IdentityCertificateUUID", "6F7A1B0C-0000-4000-8000-000000000004"), ("Topic", "com.apple.mgmt.External.test"),
            ("ServerURL", server.AbsoluteUri), ("CheckOutWhenRemoved", true)));

    private static byte[] Profile(string identifier, PlistValue.Dict payload) => PlistValue.Dict.Of(
        ("PayloadType", "Configuration"), ("PayloadIdentifier", identifier), ("PayloadUUID", "6F7A1B0C-0000-4000-8000-000000000001"),
        ("PayloadVersion", 1), ("PayloadContent", new PlistValue.Array(ImmutableArray.Create<PlistValue>(payload)))).ToXml();
}
