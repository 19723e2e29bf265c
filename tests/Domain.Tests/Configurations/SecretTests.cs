using Mdm.Fleet.Domain.Configurations;

namespace Mdm.Fleet.Domain.Tests.Configurations;

/// <summary>Secrets are written and never shown, so a change that brings none keeps what was stored.</summary>
public sealed class SecretTests
{
    public static TheoryData<ConfigurationContent, ConfigurationContent> Kinds { get; } = new()
    {
        { new ConfigurationContent.WiFi("w", WiFiSecurity.WPA2), new ConfigurationContent.WiFi("v", WiFiSecurity.WPA2, "secret") },
        { new ExchangeAccount("m", Identity: new byte[] { 1 }), new ExchangeAccount("n", Password: "secret", Identity: new byte[] { 2 }, IdentityPassword: "more") },
        { new MailAccount(MailType.POP, new("i"), new("o")), new MailAccount(MailType.IMAP, new("j", Password: "secret"), new("p", Password: "more")) },
        { new CardDavAccount { Host = "h" }, new CardDavAccount { Host = "g", Password = "secret" } },
        { new CalDavAccount { Host = "h" }, new CalDavAccount { Host = "g", Password = "secret" } },
        { new SubscribedCalendar("a"), new SubscribedCalendar("b", Password: "secret") },
        { new Cellular(new("a", UserName: "u")) { Apns = [new("b", UserName: "u")] }, new Cellular(new("z", Password: "secret")) { Apns = [new("a"), new("b", Password: "more")] } },
        { new GlobalProxy(new ProxySettings.Manual("p", 1, "u")), new GlobalProxy(new ProxySettings.Manual("q", 2, Password: "secret")) },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Requirement", "UG-14")]
    public void A_change_without_secrets_keeps_them_and_one_of_another_kind_does_not(ConfigurationContent given, ConfigurationContent stored)
    {
        Assert.Equal(Passwords(stored), Passwords(given.KeepSecrets(stored)));
        Assert.Empty(Passwords(given.KeepSecrets(null)));
        Assert.Empty(Passwords(given.KeepSecrets(new AuthenticatorOnly())));
    }

    [Fact]
    public void An_empty_text_takes_a_secret_away_and_what_has_no_use_for_one_keeps_none()
    {
        var stored = new SubscribedCalendar("b", Password: "secret");
        Assert.Null(((SubscribedCalendar)new SubscribedCalendar("b", Password: "").KeepSecrets(stored)).Password);
        Assert.Equal("new", ((SubscribedCalendar)new SubscribedCalendar("b", Password: "new").KeepSecrets(stored)).Password);
        Assert.Null(((ExchangeAccount)new ExchangeAccount("m", OAuth: true).KeepSecrets(new ExchangeAccount("m", Password: "secret"))).Password);
        Assert.Null(((ConfigurationContent.WiFi)new ConfigurationContent.WiFi("w").KeepSecrets(new ConfigurationContent.WiFi("w", WiFiSecurity.WPA2, "secret"))).Password);
    }

    /// <summary>Contacts and calendars are different accounts, though they look alike.</summary>
    [Fact]
    public void Calendars_do_not_take_the_password_of_contacts() =>
        Assert.Null(((CalDavAccount)new CalDavAccount { Host = "h" }.KeepSecrets(new CardDavAccount { Host = "h", Password = "secret" })).Password);

    private static IEnumerable<string> Passwords(ConfigurationContent content) => content switch
    {
        ConfigurationContent.WiFi wifi => Some(wifi.Password),
        ExchangeAccount exchange => Some(exchange.Password, exchange.IdentityPassword),
        MailAccount mail => Some(mail.Incoming.Password, mail.Outgoing.Password),
        DavAccount dav => Some(dav.Password),
        SubscribedCalendar calendar => Some(calendar.Password),
        Cellular cellular => Some([cellular.AttachApn?.Password, .. cellular.Apns.Select(apn => apn.Password)]),
        GlobalProxy { Proxy: ProxySettings.Manual manual } => Some(manual.Password),
        _ => [],
    };

    private static IEnumerable<string> Some(params string?[] passwords) => passwords.OfType<string>();
}
