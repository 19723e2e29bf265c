using System.Text;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Protocol.Plist;
using Mdm.Fleet.Protocol.Profiles;

namespace Mdm.Fleet.Protocol.Tests.Profiles;

/// <summary>Uploaded profiles become ours, and stay whole.</summary>
public sealed class CustomProfileTests
{
    private static readonly ProfileHeader Header = new("org.fleet.item.eap", "7", "Campus Wi-Fi");

    [Fact]
    public void References_between_payloads_follow_the_new_uuids()
    {
        var identity = Payload("com.apple.security.pkcs12", "AAAA-1", ("PayloadContent", "p12"u8.ToArray()));
        var root = Payload("com.apple.security.root", "BBBB-2", ("PayloadContent", "der"u8.ToArray()));
        var wifi = Payload(
            "com.apple.wifi.managed",
            "CCCC-3",
            ("PayloadCertificateUUID", "aaaa-1"),
            ("SSID_STR", "campus"),
            ("EAPClientConfiguration", PlistValue.Dict.Of(("PayloadCertificateAnchorUUID", PlistValue.Array.Of("BBBB-2", "unrelated")))));

        var read = Render(Profile(identity, root, wifi));

        Assert.Equal((Header.Identifier, Header.Uuid, "Campus Wi-Fi"), (read.Identifier, read.Uuid, read.DisplayName));
        Assert.Equal(["org.fleet.item.eap.payload1", "org.fleet.item.eap.payload2", "org.fleet.item.eap.payload3"], read.Payloads.Select(p => p.Identifier));
        Assert.Equal(read.Payloads[0].Uuid, read.Payloads[2].Keys.GetString("PayloadCertificateUUID"));
        Assert.Equal(
            PlistValue.Array.Of(read.Payloads[1].Uuid, "unrelated"),
            read.Payloads[2].Keys.GetDict("EAPClientConfiguration")?["PayloadCertificateAnchorUUID"]);
        Assert.Equal("campus", read.Payloads[2].Keys.GetString("SSID_STR"));
        Assert.Equal(4, read.Payloads.Select(p => p.Uuid).Append(read.Uuid).Distinct().Count());
    }

    [Theory]
    [InlineData("com.apple.mdm")]
    [InlineData("COM.apple.MDM")]
    [InlineData(" com.apple.mdm ")]
    public void An_mdm_payload_is_never_distributed(string type)
    {
        var refused = Assert.Throws<ProtocolException>(() => Render(Profile(Payload("com.apple.font", "1"), Payload(type, "2"))));
        Assert.Equal(ProtocolError.ForbiddenPayload, refused.Error);
    }

    [Fact]
    public void What_cannot_be_looked_into_is_refused()
    {
        Assert.Equal(ProtocolError.MissingKey, Refusal(PlistValue.Dict.Of(("PayloadType", "Configuration"), ("EncryptedPayloadContent", new byte[] { 1 }))));
        Assert.Equal(ProtocolError.WrongType, Refusal(PlistValue.Dict.Of(("PayloadType", "com.apple.font"))));
        Assert.Equal(ProtocolError.WrongType, Refusal(PlistValue.Array.Of()));
        Assert.Equal(ProtocolError.MissingKey, Refusal(Profile(PlistValue.Dict.Of(("PayloadUUID", "1")))));
        Assert.Equal(ProtocolError.MissingKey, Refusal(Profile()));
        Assert.Equal(ProtocolError.Malformed, Refusal(Profile(Payload("com.apple.font", "same"), Payload("com.apple.font", "SAME"))));
        Assert.Throws<PlistException>(() => ProfileRenderer.Render(Header, new ConfigurationContent.CustomProfile(Encoding.UTF8.GetBytes("PK\u0003\u0004"))));
    }

    private static ProtocolError Refusal(PlistValue profile) => Assert.Throws<ProtocolException>(() => Render(profile)).Error;

    private static ConfigurationProfile Render(PlistValue profile) =>
        ProfileReader.Read(ProfileRenderer.Render(Header, new ConfigurationContent.CustomProfile(profile.ToXml())));

    private static PlistValue.Dict Profile(params ReadOnlySpan<PlistValue> payloads) => PlistValue.Dict.Of(
        ("PayloadContent", PlistValue.Array.Of(payloads)),
        ("PayloadIdentifier", "com.theirs"),
        ("PayloadType", "Configuration"),
        ("PayloadUUID", "THEIRS"),
        ("PayloadVersion", 1));

    private static PlistValue.Dict Payload(string type, string uuid, params ReadOnlySpan<(string, PlistValue?)> keys) => PlistValue.Dict.Of(
        [("PayloadIdentifier", "com.theirs." + uuid), ("PayloadType", type), ("PayloadUUID", uuid), ("PayloadVersion", 1), .. keys]);
}
