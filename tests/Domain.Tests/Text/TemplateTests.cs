using FsCheck;
using FsCheck.Fluent;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Tests.Rules;
using Mdm.Fleet.Domain.Text;

namespace Mdm.Fleet.Domain.Tests.Text;

/// <summary>Texts with variables.</summary>
public sealed class TemplateTests
{
    [Theory]
    [Trait("Requirement", "UG-04")]
    [InlineData("", "")]
    [InlineData("no variables, $5, {x}, $", "no variables, $5, {x}, $")]
    [InlineData("${department}", "Surgery")]
    [InlineData("Ward ${FLOOR}: ${userName}/${department}!", "Ward 3: anna/Surgery!")]
    [InlineData("$${department} is ${department}", "${department} is Surgery")]
    [InlineData("$$${floor}", "$${floor}")]
    [InlineData("$${${floor}}", "${3}")]
    [InlineData("costs $ ${floor}", "costs $ 3")]
    [InlineData("https://x.org/?q=${userAgent}", "https://x.org/?q=a%26b%3Dc%2F..%3F")]
    [InlineData(" https://x.org/${floor}/${userAgent}", " https://x.org/3/a%26b%3Dc%2F..%3F")]
    [InlineData("see x.org/${userAgent}", "see x.org/a&b=c/..?")]
    public void A_text_is_what_was_typed_with_the_values_in_it(string typed, string resolved)
    {
        var result = Template.Resolve(Template.Canonical(typed, Table), Value);

        Assert.Equal(resolved, result.Value);
        Assert.Empty(result.Missing);
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public void Missing_values_are_all_named_and_nothing_is_sent_half_filled()
    {
        var result = Template.Resolve("${dept} ${email} ${ward} ${email} $${x}", Value);

        Assert.Null(result.Value);
        Assert.Equal(["email", "ward"], result.Missing.Select(id => id.Value));
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public void A_renamed_attribute_breaks_no_text()
    {
        var stored = Template.Canonical("a ${Department} $${Department} b", Table);
        Assert.Equal("a ${dept} $${Department} b", stored);

        AttributeTable renamed = new([SampleAttributes.Department with { Name = "unit" }]);
        Assert.Equal("a ${unit} $${Department} b", Template.Shown(stored, renamed));
        Assert.Equal(stored, Template.Canonical(Template.Shown(stored, renamed), renamed));
        Assert.Equal("a ${dept} $${Department} b", Template.Shown(stored, AttributeTable.BuiltIn));
    }

    [Theory]
    [Trait("Requirement", "UG-04")]
    [InlineData("a ${nothing} b", TemplateFault.UnknownVariable, "there is no attribute nothing; write $${nothing} for these characters themselves.")]
    [InlineData("${dept}", TemplateFault.UnknownVariable, "there is no attribute dept; write $${dept} for these characters themselves.")]
    [InlineData("${lastSeen}", TemplateFault.ForbiddenVariable, "lastSeen changes with every contact and cannot be substituted.")]
    [InlineData("${", TemplateFault.Malformed, "${ is followed by an attribute's name and }; write $${ for these characters themselves.")]
    [InlineData("${}", TemplateFault.Malformed, "${ is followed by an attribute's name and }; write $${ for these characters themselves.")]
    [InlineData("${user name}", TemplateFault.Malformed, "${ is followed by an attribute's name and }; write $${ for these characters themselves.")]
    [InlineData("${department", TemplateFault.Malformed, "${ is followed by an attribute's name and }; write $${ for these characters themselves.")]
    public void A_variable_that_cannot_be_is_refused_when_it_is_typed(string typed, TemplateFault fault, string message)
    {
        var refused = Assert.Throws<TemplateException>(() => Template.Canonical(typed, Table));
        Assert.Equal((fault, message), (refused.Fault, refused.Message));
        Assert.Null(refused.Member);
    }

    [Fact]
    public void Any_text_can_be_stored_with_its_openings_escaped_and_comes_out_as_it_was()
    {
        var pieces = Gen.Elements("$", "{", "}", "${", "$${", "floor", " ", "}", "é").ArrayOf().Select(string.Concat);
        Prop.ForAll(pieces.ToArbitrary(), text =>
        {
            // A dollar before an opening would escape it, and such a text cannot be written.
            if (text.Contains("$${", StringComparison.Ordinal))
                return;
            var escaped = text.Replace("${", "$${", StringComparison.Ordinal);
            Assert.Equal(escaped, Template.Canonical(escaped, Table));
            Assert.Equal(escaped, Template.Shown(escaped, Table));
            Assert.Equal(text, Template.Resolve(escaped, _ => null).Value);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    private static AttributeTable Table { get; } =
        new([SampleAttributes.Department, SampleAttributes.Floor, new(AttributeId.Parse("userAgent"), "userAgent", AttributeScope.User, AttributeType.Text)]);

    private static string? Value(AttributeId id) => id.Value switch
    {
        "dept" => "Surgery",
        "floor" => "3",
        "userName" => "anna",
        "userAgent" => "a&b=c/..?",
        _ => null,
    };
}
