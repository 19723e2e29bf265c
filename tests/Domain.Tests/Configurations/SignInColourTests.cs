using Mdm.Fleet.Domain.Configurations;

namespace Mdm.Fleet.Domain.Tests.Configurations;

/// <summary>Contrast as WCAG 2.2 reckons it, and the colours that are made of what an admin leaves out.</summary>
public sealed class SignInColourTests
{
    [Theory]
    [Trait("Requirement", "MU-17")]
    [InlineData("#000000", "#ffffff", 21.0)]
    [InlineData("#777777", "#ffffff", 4.48)]
    [InlineData("#767676", "#FFFFFF", 4.54)]
    [InlineData("#0000ff", "#ffffff", 8.59)]
    [InlineData("#ff0000", "#ffffff", 4.00)]
    [InlineData("#ffff00", "#ffffff", 1.07)]
    [InlineData("#123456", "#123456", 1.0)]
    public void Contrast_is_that_of_the_guidelines_both_ways(string one, string other, double ratio)
    {
        Assert.True(Rgb.TryParse(one, out var a) & Rgb.TryParse(other, out var b));
        Assert.Equal(ratio, Rgb.Contrast(a, b), tolerance: 0.006);
        Assert.Equal(Rgb.Contrast(a, b), Rgb.Contrast(b, a));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("#fff")]
    [InlineData("123456")]
    [InlineData("#12345g")]
    [InlineData("#1234567")]
    [InlineData("#12345;}")]
    [InlineData("#１２３４５６")]
    [InlineData("red")]
    public void Anything_but_six_hexadecimal_digits_is_no_colour(string? text) => Assert.False(Rgb.TryParse(text, out _));

    [Fact]
    [Trait("Requirement", "MU-17")]
    public void The_usual_colours_are_read_in_light_and_in_dark_mode() => Assert.All(SignInColours.Default.Pairs(), pair => Assert.True(pair.IsReadable, pair.Words));

    [Fact]
    [Trait("Requirement", "MU-17")]
    public void An_accent_of_the_light_mode_makes_one_that_is_read_in_the_dark_mode()
    {
        for (var hue = 0; hue < 6 * 6 * 6; hue++)
        {
            var accent = new Rgb((byte)(hue / 36 * 51), (byte)(hue / 6 % 6 * 51), (byte)(hue % 6 * 51));
            var made = SignInColours.Of(new ConfigurationContent.MultiUserSignIn("Sign in") { Accent = accent.ToString() });
            Assert.Equal(accent, made.Accent);
            Assert.All(made.Pairs().Where(pair => pair.Member == "accentDark"), pair => Assert.True(pair.IsReadable, $"{accent}: {pair.Words}"));
        }
    }
}
