using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Protocol.Profiles;

namespace Mdm.Fleet.Protocol.Tests.Profiles;

/// <summary>What an admin is told of accounts, cellular, proxies and policies, field by field; content is written as in the API.</summary>
public sealed class TypedCheckTests
{
    [Theory]
    [InlineData("""{"kind":"exchange","host":"mail.example"}""", "")]
    [InlineData("""{"kind":"exchange","host":"${mailHost}","emailAddress":"${email}","userName":"${userName}","password":"${pw}"}""", "")]
    [InlineData("""{"kind":"exchange","host":"https://mail.example"}""", "host")]
    [InlineData("""{"kind":"exchange","host":"m","emailAddress":"anna","userName":" "}""", "emailAddress userName")]
    [InlineData("""{"kind":"exchange","host":"m","oAuth":true,"password":"x"}""", "password")]
    [InlineData("""{"kind":"exchange","host":"m","oAuthSignInUrl":"https://a.example"}""", "oAuthSignInUrl")]
    [InlineData("""{"kind":"exchange","host":"m","oAuth":true,"oAuthTokenRequestUrl":"a"}""", "oAuthTokenRequestUrl")]
    [InlineData("""{"kind":"exchange","host":"m","pastDaysOfMail":5}""", "pastDaysOfMail")]
    [InlineData("""{"kind":"exchange","host":"m","identity":"AAAA"}""", "identity")]
    [InlineData("""{"kind":"exchange","host":"m","identityPassword":"x"}""", "identityPassword")]
    [InlineData("""{"kind":"exchange","host":"m","userName":"a\u0001"}""", "userName")]
    [InlineData("""{"kind":"mail","type":"IMAP","incoming":{"host":"i"},"outgoing":{"host":"o"},"imapPathPrefix":"INBOX"}""", "")]
    [InlineData("""{"kind":"mail","type":"POP","incoming":{"host":"i"},"outgoing":{"host":"o"},"imapPathPrefix":"INBOX"}""", "imapPathPrefix")]
    [InlineData("""{"kind":"mail","type":7,"incoming":{"host":"i"},"outgoing":{"host":"o","authentication":9}}""", "outgoing.authentication type")]
    [InlineData("""{"kind":"mail","type":"IMAP","incoming":{"host":"","port":0},"outgoing":{"host":"o o","port":65536}}""", "incoming.host incoming.port outgoing.host outgoing.port")]
    [InlineData("""{"kind":"mail","type":"IMAP","incoming":{"host":"i","authentication":"None","password":"x"},"outgoing":{"host":"o"}}""", "incoming.password")]
    [InlineData("""{"kind":"mail","type":"IMAP","samePassword":true,"incoming":{"host":"i"},"outgoing":{"host":"o","password":"x"}}""", "outgoing.password")]
    [InlineData("""{"kind":"cardDav","host":"10.0.0.1","port":443}""", "")]
    [InlineData("""{"kind":"calDav","host":"a/b","port":70000,"description":""}""", "description host port")]
    [InlineData("""{"kind":"subscribedCalendar","address":"example.org/a.ics"}""", "")]
    [InlineData("""{"kind":"subscribedCalendar","address":"https://example.org/${userName}.ics"}""", "")]
    [InlineData("""{"kind":"subscribedCalendar","address":"https://"}""", "address")]
    [InlineData("""{"kind":"cellular"}""", "apns")]
    [InlineData("""{"kind":"cellular","apns":[null]}""", "apns")]
    [InlineData("""{"kind":"cellular","attachApn":{"name":"a"}}""", "")]
    [InlineData("""{"kind":"cellular","attachApn":{"name":"a","proxyServer":"p"}}""", "attachApn.proxyServer")]
    [InlineData("""{"kind":"cellular","attachApn":{"name":"a","roamingProtocols":"IPv4"}}""", "attachApn.roamingProtocols")]
    [InlineData("""{"kind":"cellular","apns":[{"name":"a"},{"name":"","password":"x","proxyPort":80}]}""", "apns[1].name apns[1].proxyServer apns[1].userName")]
    [InlineData("""{"kind":"cellular","apns":[{"name":"a","protocols":4}]}""", "apns[0].protocols")]
    [InlineData("""{"kind":"globalProxy","proxy":{"kind":"auto"}}""", "")]
    [InlineData("""{"kind":"globalProxy","proxy":{"kind":"auto","pacUrl":"file:///x"}}""", "proxy.pacUrl")]
    [InlineData("""{"kind":"globalProxy","proxy":{"kind":"manual","server":"p","port":0,"password":"x"}}""", "proxy.port proxy.userName")]
    [InlineData("""{"kind":"wifi","ssid":"w","proxy":{"kind":"manual","server":"http://p","port":80}}""", "proxy.server")]
    [InlineData("""{"kind":"wifi","ssid":"${roomNumberOfTheWholeBuilding}","security":"WPA2","password":"${pw}"}""", "")]
    [InlineData("""{"kind":"webClip","url":"${page}","label":"A"}""", "")]
    [InlineData("""{"kind":"mam"}""", "")]
    [InlineData("""{"kind":"authenticatorOnly"}""", "")]
    [InlineData("""{"kind":"policy","rules":[]}""", "rules")]
    [InlineData("""{"kind":"policy","rules":[null]}""", "rules[0]")]
    [InlineData("""{"kind":"policy","rules":[{"kind":"requiredOs","platform":"iOS","minVersion":"17.4"}]}""", "")]
    [InlineData("""{"kind":"policy","rules":[{"kind":"requiredOs","platform":"other","minVersion":"17.x"}]}""", "rules[0].minVersion rules[0].platform")]
    [InlineData("""{"kind":"policy","rules":[{"kind":"allowedApps","mode":"deny","bundleIds":[]}]}""", "rules[0].bundleIds")]
    [InlineData("""{"kind":"policy","rules":[{"kind":"allowedApps","mode":"allow","bundleIds":["a b"]}]}""", "rules[0].bundleIds")]
    [Trait("Requirement", "UG-14")]
    public void Each_field_is_named(string json, string fields)
    {
        var content = JsonSerializer.Deserialize<ConfigurationContent>(json, JsonSerializerOptions.Web)!;
        Assert.Equal(fields, string.Join(' ', ConfigurationCheck.Check(content).Select(problem => problem.Field).Distinct().Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void An_identity_needs_the_password_that_opens_it()
    {
        using var certificate = Certificates.SelfSigned("CN=Anna");
        var identity = certificate.Export(X509ContentType.Pkcs12, "secret");
        Assert.Empty(ConfigurationCheck.Check(new ExchangeAccount("m", Identity: identity, IdentityPassword: "secret")));
        Assert.Equal("identity", Assert.Single(ConfigurationCheck.Check(new ExchangeAccount("m", Identity: identity, IdentityPassword: "wrong"))).Field);
    }
}
