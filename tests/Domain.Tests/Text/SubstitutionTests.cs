using System.Collections.Immutable;
using System.Text;
using System.Xml.Linq;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Tests.Rules;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.Tests.Text;

/// <summary>Variables in whole contents.</summary>
public sealed class SubstitutionTests
{
    private static readonly byte[] Icon = [.. "${floor}"u8];

    [Fact]
    [Trait("Requirement", "UG-04")]
    public void The_texts_of_a_content_are_filled_and_nothing_else_is_touched()
    {
        var typed = new ConfigurationContent.WebClip("https://x.org/${Department}", "Floor ${floor}", Icon, FullScreen: true);

        var stored = Assert.IsType<ConfigurationContent.WebClip>(Substitution.Canonical(typed, SampleAttributes.Table));
        Assert.Equal(("https://x.org/${dept}", "Floor ${floor}"), (stored.Url, stored.Label));
        Assert.Equal(["dept", "floor"], Substitution.Variables(stored).Select(id => id.Value).Order());

        var shown = Assert.IsType<ConfigurationContent.WebClip>(Substitution.Shown(stored, SampleAttributes.Table));
        Assert.Equal(("https://x.org/${department}", "Floor ${floor}"), (shown.Url, shown.Label));

        var sent = Assert.IsType<ConfigurationContent.WebClip>(Substitution.Resolve(stored, Values(("dept", "A&E/1"), ("floor", "3"))).Value);
        Assert.Equal(("https://x.org/A%26E%2F1", "Floor 3", true, true), (sent.Url, sent.Label, sent.FullScreen, sent.Removable));
        Assert.Equal(Icon, sent.IconPng!.Value.ToArray());
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public void A_content_with_a_missing_value_is_not_sent()
    {
        var result = Substitution.Resolve(new ConfigurationContent.WiFi("${dept}-${ward}", WiFiSecurity.WPA2, "${email}"), Values(("dept", "x")));

        Assert.Null(result.Value);
        Assert.Equal(["ward", "email"], result.Missing.Select(id => id.Value));
    }

    [Fact]
    public void A_content_without_variables_is_the_same_object()
    {
        ImmutableArray<ConfigurationContent> contents =
        [
            new ConfigurationContent.WiFi("ward"),
            new ConfigurationContent.Restrictions(ImmutableSortedDictionary<string, bool>.Empty.Add("${floor}", true)),
            new ConfigurationContent.Certificate(Icon),
            new ConfigurationContent.CustomProfile(Encoding.UTF8.GetBytes("<plist/>")),
        ];
        foreach (var content in contents)
        {
            Assert.Same(content, Substitution.Canonical(content, SampleAttributes.Table));
            Assert.Same(content, Substitution.Resolve(content, _ => null).Value);
            Assert.Empty(Substitution.Variables(content));
        }
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public void Accounts_and_proxies_are_filled_inside_out()
    {
        var mail = new MailAccount(MailType.IMAP, new("imap.x.org", UserName: "${userName}"), new("smtp.x.org", Password: "$${p}"), "${Email}");
        Assert.Equal(
            mail with { Incoming = mail.Incoming with { UserName = "anna" }, Outgoing = mail.Outgoing with { Password = "${p}" }, EmailAddress = "a@x.org" },
            Substitution.Resolve(Substitution.Canonical(mail, SampleAttributes.Table), Values(("userName", "anna"), ("email", "a@x.org"))).Value);

        var proxy = new GlobalProxy(new ProxySettings.Manual("proxy.x.org", 8080, "${userName}"));
        Assert.Equal(
            new GlobalProxy(new ProxySettings.Manual("proxy.x.org", 8080, "anna")),
            Substitution.Resolve(proxy, Values(("userName", "anna"))).Value);
        Assert.Equal("proxy.userName", Refused(new GlobalProxy(new ProxySettings.Manual("proxy.x.org", 8080, "${x}"))).Member);
    }

    [Fact]
    public void An_escape_is_resolved_where_there_are_no_variables()
    {
        var stored = Substitution.Canonical(new ConfigurationContent.WiFi("ward", WiFiSecurity.WPA2, "pass$${word}"), SampleAttributes.Table);
        Assert.Empty(Substitution.Variables(stored));
        Assert.Equal(new ConfigurationContent.WiFi("ward", WiFiSecurity.WPA2, "pass${word}"), Substitution.Resolve(stored, _ => null).Value);
    }

    [Theory]
    [Trait("Requirement", "UG-04")]
    [InlineData("</string><key>x</key><string>")]
    [InlineData("a & b < c > d ' \" é 日本 😀 ]]> --> <!--")]
    [InlineData("&amp;lt;")]
    public void A_value_cannot_break_out_of_the_XML_of_an_uploaded_profile(string value)
    {
        var content = Custom("<dict><!-- ${floor} --><string>Hé ${department}</string><string>https://x.org/?q=${department}&amp;r=1</string></dict>");

        var stored = Substitution.Canonical(content, SampleAttributes.Table);
        Assert.Contains("Hé ${dept}<", Xml(stored), StringComparison.Ordinal);
        var sent = XDocument.Parse(Xml(Substitution.Resolve(stored, Values(("dept", value), ("floor", value.Replace("--", "", StringComparison.Ordinal)))).Value!));

        Assert.Equal(["Hé " + value, $"https://x.org/?q={Uri.EscapeDataString(value)}&r=1"], sent.Root!.Elements().Select(element => element.Value));
    }

    [Fact]
    public void Characters_that_XML_cannot_hold_become_replacement_characters()
    {
        var sent = Substitution.Resolve(Custom("<string>${dept}</string>"), Values(("dept", "a\0\u0001\uffff\ud83db\n"))).Value!;
        Assert.Equal("a\ufffd\ufffd\ufffd\ufffdb\n", XDocument.Parse(Xml(sent)).Root!.Value);
    }

    [Fact]
    public void Bytes_of_an_uploaded_profile_that_are_no_variable_stay_as_they_are()
    {
        byte[] bytes = [0xFF, 0xFE, 0x00, .. "${floor}"u8, 0xC3, 0x28, 0x80];
        var sent = (ConfigurationContent.CustomProfile)Substitution.Resolve(new ConfigurationContent.CustomProfile(bytes), Values(("floor", "3"))).Value!;
        Assert.Equal([0xFF, 0xFE, 0x00, (byte)'3', 0xC3, 0x28, 0x80], sent.MobileConfig.ToArray());
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public void What_is_refused_is_named_with_its_member()
    {
        Assert.Equal(
            "In label: there is no attribute x; write $${x} for these characters themselves.",
            Refused(new ConfigurationContent.WebClip("https://x.org", "${x}")).Message);
        Assert.Equal("In mobileConfig: there is no attribute x; write $${x} for these characters themselves.", Refused(Custom("<string>${x}</string>")).Message);
        Assert.Equal(
            "In mobileConfig: ${floor} stands in a CDATA section, where its value can't be escaped.",
            Refused(Custom("<string>${ward}<![CDATA[a]]>${ward}<![CDATA[ ${floor} ]]></string>")).Message);
    }

    [Fact]
    public void A_content_has_a_bounded_number_of_variables()
    {
        var most = new ConfigurationContent.WebClip("https://x.org", string.Concat(Enumerable.Repeat("${floor}", 256)));
        Assert.NotNull(Substitution.Canonical(most, SampleAttributes.Table));
        Assert.Equal("In label: there are too many variables.", Refused(most with { Url = "https://x.org/${floor}" }).Message);
    }

    private static TemplateException Refused(ConfigurationContent content) =>
        Assert.Throws<TemplateException>(() => Substitution.Canonical(content, SampleAttributes.Table));

    private static ConfigurationContent.CustomProfile Custom(string xml) => new(Encoding.UTF8.GetBytes(xml));

    private static string Xml(ConfigurationContent content) => Encoding.UTF8.GetString(((ConfigurationContent.CustomProfile)content).MobileConfig.Span);

    private static Func<AttributeId, string?> Values(params (string Id, string Value)[] values) =>
        id => values.Where(value => value.Id == id.Value).Select(value => value.Value).FirstOrDefault();
}
