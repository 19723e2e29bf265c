using System.Diagnostics;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Policies;
using Mdm.Fleet.Protocol.Plist;
using Mdm.Fleet.Protocol.Profiles;

namespace Mdm.Fleet.Protocol.Tests.Profiles;

/// <summary>
/// Accounts, cellular and proxies as devices read them. The keys are those of apple/device-management, release of iOS 18.1 (MIT licence,
/// copyright Apple 2022-2024).
/// </summary>
public sealed class TypedPayloadTests
{
    private const string Again = "import plistlib, sys; plistlib.dump(plistlib.loads(sys.stdin.buffer.read()), sys.stdout.buffer, sort_keys=False)";

    private static readonly ProfileHeader Header = new("org.fleet.item.account", "rev1", "Account", "Example");

    private static readonly ConfigurationContent[] All =
    [
        new ExchangeAccount("mail.example", "${email}", "anna", "secret", PastDaysOfMail: 14),
        new MailAccount(MailType.IMAP, new MailServer("imap.example", 993, UserName: "anna", Password: "in"), new MailServer("smtp.example", 587, Password: "out")),
        new CardDavAccount { Host = "dav.example", Port = 8443, UserName = "anna", Password = "secret" },
        new CalDavAccount { Host = "dav.example", UseSsl = false, PrincipalUrl = "/principals/anna" },
        new SubscribedCalendar("https://example.org/shifts.ics", UserName: "anna", Password: "secret"),
        new Cellular(new AccessPoint("attach")) { Apns = [new AccessPoint("data & more", AccessPointAuthentication.CHAP, "u", "p")] },
        new GlobalProxy(new ProxySettings.Auto("https://example.org/proxy.pac", FallbackAllowed: true), CaptiveLoginAllowed: true),
        new ConfigurationContent.WiFi("ward", Proxy: new ProxySettings.Manual("proxy.example", 3128, "ward", "secret")),
    ];

    [Fact]
    [Trait("Requirement", "UG-14")]
    public void Exchange_has_apples_keys_and_leaves_out_what_the_person_is_to_be_asked_for()
    {
        var keys = Keys("com.apple.eas.account", All[0]);
        Assert.Equal(("mail.example", "${email}", "anna", "secret"), (keys.GetString("Host"), keys.GetString("EmailAddress"), keys.GetString("UserName"), keys.GetString("Password")));
        Assert.Equal((true, false, 14), (keys.GetBool("SSL"), keys.GetBool("OAuth"), keys.GetInt64("MailNumberOfPastDaysToSync")));
        var open = Keys("com.apple.eas.account", new ExchangeAccount("outlook.office365.com", OAuth: true, OAuthSignInUrl: "https://login.example", Notes: false));
        Assert.Equal((true, "https://login.example", false, true), (open.GetBool("OAuth"), open.GetString("OAuthSignInURL"), open.GetBool("EnableNotes"), open.GetBool("EnableMail")));
        Assert.All(new[] { "Password", "UserName", "EmailAddress", "Certificate", "MailNumberOfPastDaysToSync" }, key => Assert.Null(open[key]));
    }

    [Fact]
    [Trait("Requirement", "UG-14")]
    public void Mail_names_both_servers_in_apples_words()
    {
        var keys = Keys("com.apple.mail.managed", All[1]);
        Assert.Equal(("EmailTypeIMAP", "EmailAuthPassword", "imap.example", 993), (
            keys.GetString("EmailAccountType"), keys.GetString("IncomingMailServerAuthentication"), keys.GetString("IncomingMailServerHostName"), keys.GetInt64("IncomingMailServerPortNumber")));
        Assert.Equal(("in", "out", "smtp.example", 587), (
            keys.GetString("IncomingPassword"), keys.GetString("OutgoingPassword"), keys.GetString("OutgoingMailServerHostName"), keys.GetInt64("OutgoingMailServerPortNumber")));
        Assert.Equal(("anna", true, true), (keys.GetString("IncomingMailServerUsername"), keys.GetBool("IncomingMailServerUseSSL"), keys.GetBool("OutgoingMailServerUseSSL")));
        var relay = new MailServer("smtp.example", UseSsl: false, Authentication: MailAuthentication.CRAMMD5);
        var pop = Keys("com.apple.mail.managed", new MailAccount(MailType.POP, new MailServer("pop.example"), relay, SamePassword: true));
        Assert.Equal(("EmailTypePOP", "EmailAuthCRAMMD5", true), (
            pop.GetString("EmailAccountType"), pop.GetString("OutgoingMailServerAuthentication"), pop.GetBool("OutgoingPasswordSameAsIncomingPassword")));
    }

    [Fact]
    [Trait("Requirement", "UG-14")]
    public void Contacts_and_calendars_have_keys_of_their_own()
    {
        var contacts = Keys("com.apple.carddav.account", All[2]);
        Assert.Equal(("dav.example", 8443, "anna", "secret", true), (
            contacts.GetString("CardDAVHostName"), contacts.GetInt64("CardDAVPort"), contacts.GetString("CardDAVUsername"), contacts.GetString("CardDAVPassword"), contacts.GetBool("CardDAVUseSSL")));
        var calendars = Keys("com.apple.caldav.account", All[3]);
        Assert.Equal(("dav.example", false, "/principals/anna", null), (
            calendars.GetString("CalDAVHostName"), calendars.GetBool("CalDAVUseSSL"), calendars.GetString("CalDAVPrincipalURL"), calendars.GetInt64("CalDAVPort")));
        var subscribed = Keys("com.apple.subscribedcalendar.account", All[4]);
        Assert.Equal(("https://example.org/shifts.ics", "anna", "secret", true), (
            subscribed.GetString("SubCalAccountHostName"), subscribed.GetString("SubCalAccountUsername"), subscribed.GetString("SubCalAccountPassword"), subscribed.GetBool("SubCalAccountUseSSL")));
    }

    [Fact]
    [Trait("Requirement", "UG-14")]
    public void Cellular_has_an_attach_apn_and_those_for_data()
    {
        var keys = Keys("com.apple.cellular", All[5]);
        var attach = keys.GetDict("AttachAPN")!;
        Assert.Equal(("attach", "PAP", null), (attach.GetString("Name"), attach.GetString("AuthenticationType"), attach.GetInt64("AllowedProtocolMask")));
        var apn = Assert.IsType<PlistValue.Dict>(Assert.Single(keys.GetArray("APNs")));
        Assert.Equal(("data & more", "CHAP", "u", "p"), (apn.GetString("Name"), apn.GetString("AuthenticationType"), apn.GetString("Username"), apn.GetString("Password")));
        var masks = Keys("com.apple.cellular", new Cellular
        {
            Apns = [new AccessPoint("a", Protocols: InternetProtocols.Both, RoamingProtocols: InternetProtocols.IPv6, ProxyServer: "p.example", ProxyPort: 8080, Xlat464: true)],
        });
        Assert.Null(masks["AttachAPN"]);
        var data = (PlistValue.Dict)masks.GetArray("APNs").Single();
        Assert.Equal((3, 2, null), (data.GetInt64("AllowedProtocolMask"), data.GetInt64("AllowedProtocolMaskInRoaming"), data.GetInt64("AllowedProtocolMaskInDomesticRoaming")));
        Assert.Equal(("p.example", 8080, true), (data.GetString("ProxyServer"), data.GetInt64("ProxyPort"), data.GetBool("EnableXLAT464")));
    }

    [Fact]
    [Trait("Requirement", "UG-14")]
    public void A_proxy_is_a_networks_or_the_whole_devices()
    {
        var wifi = Keys("com.apple.wifi.managed", All[7]);
        Assert.Equal(("Manual", "proxy.example", 3128), (wifi.GetString("ProxyType"), wifi.GetString("ProxyServer"), wifi.GetInt64("ProxyServerPort")));
        Assert.Equal(("ward", "secret", "ward"), (wifi.GetString("ProxyUsername"), wifi.GetString("ProxyPassword"), wifi.GetString("SSID_STR")));
        var global = Keys("com.apple.proxy.http.global", All[6]);
        Assert.Equal(("Auto", "https://example.org/proxy.pac", true, true), (
            global.GetString("ProxyType"), global.GetString("ProxyPACURL"), global.GetBool("ProxyPACFallbackAllowed"), global.GetBool("ProxyCaptiveLoginAllowed")));
        Assert.Null(Keys("com.apple.wifi.managed", new ConfigurationContent.WiFi("ward"))["ProxyType"]);
    }

    [Fact]
    [Trait("Requirement", "UG-12")]
    [Trait("Requirement", "UG-13")]
    public void What_is_the_servers_alone_makes_no_profile() =>
        Assert.All(
            new ConfigurationContent[] { new ManagedAppsOnly(), new AuthenticatorOnly(), new Policy([]) },
            content => Assert.Throws<ProtocolException>(() => ProfileRenderer.Render(Header, content)));

    [Fact]
    [Trait("Requirement", "UG-14")]
    public async Task Python_reads_the_same_values()
    {
        foreach (var content in All)
        {
            var xml = ProfileRenderer.Render(Header, content);
            using var process = Process.Start(new ProcessStartInfo("python3", ["-c", Again]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            await process.StandardInput.BaseStream.WriteAsync(xml);
            process.StandardInput.Close();
            using var read = new MemoryStream();
            await process.StandardOutput.BaseStream.CopyToAsync(read);
            Assert.Equal(PlistValue.Read(xml), PlistValue.Read(read.ToArray()));
        }
    }

    private static PlistValue.Dict Keys(string type, ConfigurationContent content)
    {
        Assert.Empty(ConfigurationCheck.Check(content));
        var payload = Assert.Single(ProfileReader.Read(ProfileRenderer.Render(Header, content)).Payloads);
        Assert.Equal(type, payload.Type);
        return payload.Keys;
    }
}
