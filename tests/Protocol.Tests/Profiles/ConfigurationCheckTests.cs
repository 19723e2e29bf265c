using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Protocol.Profiles;

namespace Mdm.Fleet.Protocol.Tests.Profiles;

/// <summary>What an admin is told before a device would refuse it.</summary>
public sealed class ConfigurationCheckTests
{
    [Theory]
    [InlineData("", WiFiSecurity.None, null, "ssid")]
    [InlineData("ööööööööööööööööö", WiFiSecurity.None, null, "ssid")]
    [InlineData("a\u0001", WiFiSecurity.None, null, "ssid")]
    [InlineData("a", WiFiSecurity.None, "password", "password")]
    [InlineData("a", WiFiSecurity.WEP, null, "password")]
    [InlineData("a", WiFiSecurity.WPA2, "1234567", "password")]
    [InlineData("a", WiFiSecurity.WPA3, null, "password")]
    [InlineData("a", WiFiSecurity.WPA2, "12345678", "")]
    [InlineData("öööööööööööööööö", WiFiSecurity.None, null, "")]
    [InlineData("a", WiFiSecurity.WPA2, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "")]
    [InlineData("a", WiFiSecurity.WPA2, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg", "password")]
    public void Wifi(string ssid, WiFiSecurity security, string? password, string field) =>
        Assert.Equal(field, Fields(new ConfigurationContent.WiFi(ssid, security, password)));

    [Theory]
    [InlineData("https://a.example/x", "A", "")]
    [InlineData("/relative", "A", "url")]
    [InlineData("javascript:alert(1)", "A", "url")]
    [InlineData("https://a.example", " ", "label")]
    public void Web_clips(string url, string label, string field) => Assert.Equal(field, Fields(new ConfigurationContent.WebClip(url, label)));

    [Theory]
    [InlineData(400, 400, "")]
    [InlineData(400, 399, "iconPng")]
    [InlineData(401, 401, "iconPng")]
    [InlineData(0, 0, "iconPng")]
    public void Icons(int width, int height, string field)
    {
        Assert.Equal(field, Fields(new ConfigurationContent.MultiUserSignIn("A", PngImage.Of(width, height))));
        Assert.Equal("iconPng", Fields(new ConfigurationContent.MultiUserSignIn("A", "GIF89a"u8.ToArray())));
        Assert.Equal("iconPng", Fields(new ConfigurationContent.MultiUserSignIn("A", PngImage.Of(10, 10).Concat(new byte[1 << 20]).ToArray())));
    }

    [Theory]
    [InlineData(16, 11, 15, 730, 50, "")]
    [InlineData(0, 2, 0, 1, 1, "")]
    [InlineData(17, 12, 16, 0, 0, "minLength maxFailedAttempts maxInactivityMinutes maxAgeDays historyCount")]
    [InlineData(-1, 1, -1, 731, 51, "minLength maxFailedAttempts maxInactivityMinutes maxAgeDays historyCount")]
    public void Passcodes(int length, int attempts, int inactivity, int age, int history, string fields) =>
        Assert.Equal(fields, Fields(new ConfigurationContent.Passcode(true, true, false, length, attempts, inactivity, age, history)));

    [Theory]
    [InlineData("allowCamera", "")]
    [InlineData("PayloadUUID", "keys")]
    [InlineData("allow Camera", "keys")]
    [InlineData("", "keys")]
    public void Restrictions(string key, string field)
    {
        var none = ImmutableSortedDictionary<string, bool>.Empty;
        Assert.Equal(field, Fields(new ConfigurationContent.Restrictions(none.Add(key, false))));
        Assert.Equal("keys", Fields(new ConfigurationContent.Restrictions(none)));
    }

    [Fact]
    public void Certificate_files()
    {
        using var certificate = Certificates.SelfSigned("CN=Device");
        var pkcs12 = certificate.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, "secret");
        Assert.Equal("", Fields(new ConfigurationContent.Certificate(certificate.RawData)));
        Assert.Equal("", Fields(new ConfigurationContent.Certificate(Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()))));
        Assert.Equal("data", Fields(new ConfigurationContent.Certificate(new byte[] { 0x30, 0x03, 1, 2, 3 })));
        Assert.Equal("data", Fields(new ConfigurationContent.Certificate(pkcs12)));
        Assert.Equal("", Fields(new ConfigurationContent.Certificate(pkcs12, IsIdentity: true, "secret")));
        Assert.Equal("data", Fields(new ConfigurationContent.Certificate(pkcs12, IsIdentity: true, "wrong")));
    }

    [Fact]
    public void Custom_profiles()
    {
        var good = ProfileRenderer.Render(new ProfileHeader("a", "1", "A"), new ConfigurationContent.WiFi("x"));
        Assert.Equal("", Fields(new ConfigurationContent.CustomProfile(good)));
        Assert.Equal("mobileConfig", Fields(new ConfigurationContent.CustomProfile(good.AsMemory(..^20))));
        var mdm = Encoding.UTF8.GetString(good).Replace("com.apple.wifi.managed", "com.apple.mdm", StringComparison.Ordinal);
        Assert.Equal("mobileConfig", Fields(new ConfigurationContent.CustomProfile(Encoding.UTF8.GetBytes(mdm))));
    }

    private static string Fields(ConfigurationContent content) => string.Join(' ', ConfigurationCheck.Check(content).Select(problem => problem.Field));
}
