using System.Text.Json;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Tests.Users;

public class ManagedAppleIdTests
{
    [Theory]
    [InlineData("anna@example.com", "anna@example.com")]
    [InlineData(" Anna.Meier+1@Appleid.Ward.Example ", "anna.meier+1@appleid.ward.example")]
    [InlineData("å@klinik-süd.se", "å@klinik-süd.se")]
    public void It_is_case_folded(string text, string folded)
    {
        Assert.True(ManagedAppleId.TryParse(text, out var id));
        Assert.Equal(folded, id.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("anna")]
    [InlineData("@example.com")]
    [InlineData("anna@")]
    [InlineData("anna@example")]
    [InlineData("anna@example..com")]
    [InlineData("anna@-example.com")]
    [InlineData("anna@exa mple.com")]
    [InlineData("an na@example.com")]
    [InlineData("an\nna@example.com")]
    [InlineData("anna@bo@example.com")]
    [InlineData("\ud800@example.com")]
    public void What_does_not_look_like_an_address_is_refused(string? text) => Assert.False(ManagedAppleId.TryParse(text, out _));

    [Fact]
    public void It_is_as_long_as_a_key_may_be()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 62), 3));
        Assert.True(ManagedAppleId.TryParse(new string('a', 64) + "@" + domain, out _));
        Assert.False(ManagedAppleId.TryParse(new string('a', 65) + "@" + domain, out _));
        Assert.False(ManagedAppleId.TryParse(new string('a', 64) + "@" + domain + ".example", out _));
    }

    [Theory]
    [InlineData("anna@example.com", "a•••@e•••.com")]
    [InlineData("b@e.co.uk", "b•••@e•••.uk")]
    [InlineData("😀smile@example.com", "😀•••@e•••.com")]
    [Trait("Requirement", "UG-10")]
    public void Masked_it_shows_the_first_characters_and_the_last_label(string id, string masked)
    {
        Assert.Equal(masked, ManagedAppleId.Parse(id).Masked);
        Assert.Equal(masked, $"{ManagedAppleId.Parse(id)}");
    }

    [Fact]
    [Trait("Requirement", "UG-10")]
    public void A_masked_text_is_no_id() => Assert.False(ManagedAppleId.TryParse(ManagedAppleId.Parse("anna@example.com").Masked, out _));

    [Fact]
    public void It_is_stored_in_full()
    {
        var id = ManagedAppleId.Parse("anna@example.com");
        Assert.Equal("\"anna@example.com\"", JsonSerializer.Serialize(id));
        Assert.Equal(id, JsonSerializer.Deserialize<ManagedAppleId>("\"Anna@example.com\""));
    }
}
