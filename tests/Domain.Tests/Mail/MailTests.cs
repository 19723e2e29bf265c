using Mdm.Fleet.Domain.Mail;

namespace Mdm.Fleet.Domain.Tests.Mail;

/// <summary>Nothing that an admin or a person writes adds a header, a recipient or a hole.</summary>
[Trait("Requirement", "UG-01")]
public sealed class MailTests
{
    private static readonly InvitationValues Values = new("Anna <b>", "anna", "https://x.example/i?a=1&b=2", "Ward {link}", "tomorrow");

    [Theory]
    [InlineData("anna@ward.example")]
    [InlineData("a.b+c_d'e@sub.ward-3.example")]
    [InlineData("a@localhost")]
    public void An_address_is_taken(string address) => Assert.Equal(address, MailAddress.Parse(address, "Anna").Address);

    [Theory]
    [InlineData("")]
    [InlineData("anna")]
    [InlineData("@ward.example")]
    [InlineData("anna@")]
    [InlineData("anna@ward..example")]
    [InlineData("anna@-ward.example")]
    [InlineData(".anna@ward.example")]
    [InlineData("an na@ward.example")]
    [InlineData("anna@ward.example>")]
    [InlineData("anna@ward.example,bert@ward.example")]
    [InlineData("anna@ward.example\r\nBcc: all@ward.example")]
    [InlineData("anna@ward.example\n")]
    [InlineData("\"anna\"@ward.example")]
    [InlineData("änna@ward.example")]
    public void What_could_be_more_than_one_address_is_none(string address) => Assert.False(MailAddress.TryParse(address, null, out _));

    [Theory]
    [InlineData("Anna\r\nBcc: all@ward.example")]
    [InlineData("Anna\n")]
    [InlineData("Anna\0")]
    public void A_name_or_subject_with_a_line_break_is_refused(string text)
    {
        var anna = MailAddress.Parse("anna@ward.example");
        Assert.False(MailAddress.TryParse("anna@ward.example", text, out _));
        Assert.Throws<FormatException>(() => new MailMessage(anna, anna, text, "", "", "1", default));
        Assert.Throws<FormatException>(() => new MailMessage(anna, anna, "", "", "", text, default));
        Assert.Contains(new MailTemplate(text, "{link}").Problems(), problem => problem.Field == "subject");
    }

    [Fact]
    public void A_template_is_filled_once_and_escaped_in_HTML()
    {
        var mail = new MailTemplate("For {userName} of {organization}", "Hello {displayName} {},\r\n\r\nsee {link}\nuntil {expires} {").Render(Values);
        Assert.Equal("For anna of Ward {link}", mail.Subject);
        Assert.Equal("Hello Anna <b> {},\n\nsee https://x.example/i?a=1&b=2\nuntil tomorrow {\n", mail.Text);
        Assert.Contains("<p>Hello Anna &lt;b&gt; {},</p><p>see <a href=\"https://x.example/i?a=1&amp;b=2\">https://x.example/i?a=1&amp;b=2</a><br>", mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_with_an_unknown_hole_or_without_a_link_is_refused()
    {
        Assert.Equal(["text", "subject", "text"], new MailTemplate("{password}", "Hello {Link}").Problems().Select(problem => problem.Field));
        Assert.Contains("{displayName}", new MailTemplate("{password}", "{link}").Problems().Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_built_in_template_is_one_that_could_be_saved()
    {
        Assert.Equal(["en", "fr", "ja"], BuiltInTemplates.Languages);
        Assert.All(BuiltInTemplates.Languages, language => Assert.Empty(BuiltInTemplates.Find("invitation", language)!.Problems()));
    }

    [Theory]
    [InlineData("FR", "fr")]
    [InlineData("pt-br", "pt-BR")]
    [InlineData("ZH-hant-tw", "zh-Hant-TW")]
    [InlineData("f", null)]
    [InlineData("fr_FR", null)]
    [InlineData("fr/../en", null)]
    [InlineData("fr\n", null)]
    public void A_language_is_written_in_one_way(string text, string? tag)
    {
        Assert.Equal(tag is not null, LanguageTag.TryParse(text, out var parsed));
        Assert.Equal(tag, parsed);
    }

    [Fact]
    public void A_wider_language_stands_in_for_one_that_is_missing() =>
        Assert.Equal(["zh-Hant-TW", "zh-Hant", "zh"], LanguageTag.Widening("zh-Hant-TW"));
}
