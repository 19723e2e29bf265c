using System.Collections.Immutable;
using System.Text;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Protocol.Plist;
using Mdm.Fleet.Protocol.Profiles;

namespace Mdm.Fleet.Protocol.Tests.Profiles;

/// <summary>Configurations rendered as profiles, and read back as a device does.</summary>
public sealed class ProfileRendererTests
{
    private static readonly ProfileHeader Header = new("org.fleet.item.wifi", "rev1", "Wi-Fi", "Example");

    [Fact]
    [Trait("Requirement", "PR-08")]
    public void A_wifi_profile_is_golden()
    {
        var xml = ProfileRenderer.Render(Header, new ConfigurationContent.WiFi("Büro & Co", WiFiSecurity.WPA2, "correct horse", Hidden: true));
        const string Golden = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0">
            <dict>
            	<key>PayloadContent</key>
            	<array>
            		<dict>
            			<key>PayloadDisplayName</key>
            			<string>Wi-Fi</string>
            			<key>PayloadIdentifier</key>
            			<string>org.fleet.item.wifi.payload</string>
            			<key>PayloadType</key>
            			<string>com.apple.wifi.managed</string>
            			<key>PayloadUUID</key>
            			<string>AD117018-C0E6-81A4-8877-D34F9C750E72</string>
            			<key>PayloadVersion</key>
            			<integer>1</integer>
            			<key>AutoJoin</key>
            			<true/>
            			<key>EncryptionType</key>
            			<string>WPA2</string>
            			<key>HIDDEN_NETWORK</key>
            			<true/>
            			<key>Password</key>
            			<string>correct horse</string>
            			<key>SSID_STR</key>
            			<string>Büro &amp; Co</string>
            		</dict>
            	</array>
            	<key>PayloadDisplayName</key>
            	<string>Wi-Fi</string>
            	<key>PayloadIdentifier</key>
            	<string>org.fleet.item.wifi</string>
            	<key>PayloadOrganization</key>
            	<string>Example</string>
            	<key>PayloadType</key>
            	<string>Configuration</string>
            	<key>PayloadUUID</key>
            	<string>CAE2AFDD-1AF3-8DF3-8CB8-9904BE6ED89C</string>
            	<key>PayloadVersion</key>
            	<integer>1</integer>
            </dict>
            </plist>

            """;
        Assert.Equal(Golden, Encoding.UTF8.GetString(xml));
    }

    [Fact]
    public void The_uuid_tells_the_revision()
    {
        var content = new ConfigurationContent.WiFi("x");
        Assert.Equal(ProfileRenderer.Render(Header, content), ProfileRenderer.Render(Header, content));
        var read = ProfileReader.Read(ProfileRenderer.Render(Header, content));
        Assert.Equal(ProfileUuid.For("org.fleet.item.wifi", "rev1"), Guid.Parse(read.Uuid));
        var next = ProfileReader.Read(ProfileRenderer.Render(Header with { Revision = "rev2" }, content));
        Assert.Equal(read.Identifier, next.Identifier);
        Assert.NotEqual(read.Uuid, next.Uuid);
        Assert.NotEqual(read.Payloads[0].Uuid, next.Payloads[0].Uuid);
    }

    [Fact]
    [Trait("Requirement", "MU-10")]
    public void The_sign_in_clip_opens_this_devices_page_and_cannot_be_removed()
    {
        var clip = Keys(new ConfigurationContent.MultiUserSignIn("Sign in"), "https://mdm.example/signin/abc");
        Assert.Equal(("com.apple.webClip.managed", "https://mdm.example/signin/abc"), (clip.GetString("PayloadType"), clip.GetString("URL")));
        Assert.Equal((true, true, false), (clip.GetBool("FullScreen"), clip.GetBool("IgnoreManifestScope"), clip.GetBool("IsRemovable")));
        Assert.Null(clip["Icon"]);
        Assert.Throws<ArgumentNullException>(() => ProfileRenderer.Render(Header, new ConfigurationContent.MultiUserSignIn("Sign in")));
    }

    [Fact]
    public void A_web_clip_keeps_its_icon()
    {
        var clip = Keys(new ConfigurationContent.WebClip("https://a.example/", "A", new byte[] { 1, 2 }, Removable: false, FullScreen: true));
        Assert.Equal(2, clip.GetData("Icon")?.Length);
        Assert.Equal((false, true), (clip.GetBool("IsRemovable"), clip.GetBool("FullScreen")));
    }

    [Fact]
    public void A_passcode_policy_leaves_out_what_is_not_set()
    {
        var policy = Keys(new ConfigurationContent.Passcode(MinLength: 6, MaxInactivityMinutes: 5));
        Assert.Equal((6, 5, null), (policy.GetInt64("minLength"), policy.GetInt64("maxInactivity"), policy.GetInt64("pinHistory")));
        Assert.Equal((true, true, false), (policy.GetBool("forcePIN"), policy.GetBool("allowSimple"), policy.GetBool("requireAlphanumeric")));
    }

    [Fact]
    public void Restrictions_are_apples_keys_as_they_are()
    {
        var keys = ImmutableSortedDictionary<string, bool>.Empty.Add("allowCamera", false).Add("allowAirDrop", true);
        var payload = Keys(new ConfigurationContent.Restrictions(keys));
        Assert.Equal(("com.apple.applicationaccess", false, true), (payload.GetString("PayloadType"), payload.GetBool("allowCamera"), payload.GetBool("allowAirDrop")));
    }

    [Fact]
    public void A_certificate_in_text_form_is_rendered_as_der()
    {
        using var certificate = Certificates.SelfSigned("CN=Root");
        var pem = Encoding.ASCII.GetBytes(certificate.ExportCertificatePem());
        var payload = Keys(new ConfigurationContent.Certificate(pem, IsRoot: true));
        Assert.Equal("com.apple.security.root", payload.GetString("PayloadType"));
        Assert.Equal(certificate.RawData, payload.GetData("PayloadContent")?.ToArray());
        Assert.Equal("com.apple.security.pkcs1", Keys(new ConfigurationContent.Certificate(certificate.RawData)).GetString("PayloadType"));
        var identity = Keys(new ConfigurationContent.Certificate(new byte[] { 1, 2, 3 }, IsIdentity: true, "secret"));
        Assert.Equal(("com.apple.security.pkcs12", "secret"), (identity.GetString("PayloadType"), identity.GetString("Password")));
    }

    private static PlistValue.Dict Keys(ConfigurationContent content, string? url = null) =>
        Assert.Single(ProfileReader.Read(ProfileRenderer.Render(Header, content, url)).Payloads).Keys;
}
