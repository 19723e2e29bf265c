using System.Collections.Immutable;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Protocol.Profiles;

namespace Mdm.Fleet.Protocol.Tests.Profiles;

/// <summary>What a branding of the sign-in may be: pages that everybody can read, and nothing but text in texts (MU-17).</summary>
public sealed class SignInCheckTests
{
    private static readonly ConfigurationContent.MultiUserSignIn Plain = new("Sign in");

    [Theory]
    [Trait("Requirement", "MU-17")]
    [InlineData("#005a9c", null, null, null, "")]
    [InlineData("#005A9C", "#fff8e7", "#7cc4ff", "#101010", "")]
    [InlineData("#ffff00", null, null, null, "accent")]
    [InlineData(null, "#003366", null, null, "background")]
    [InlineData(null, null, "#003366", null, "accentDark")]
    [InlineData(null, null, null, "#ffffff", "backgroundDark")]
    [InlineData("yellow", "#fff", "url(x)", "#12345;", "accent background accentDark backgroundDark")]
    public void Colours_on_which_nobody_could_read_are_refused(string? accent, string? background, string? accentDark, string? backgroundDark, string fields) =>
        Assert.Equal(fields, Fields(Plain with { Accent = accent, Background = background, AccentDark = accentDark, BackgroundDark = backgroundDark }));

    [Fact]
    [Trait("Requirement", "MU-17")]
    public void A_refused_colour_is_told_with_its_pair_and_its_ratio()
    {
        var told = ConfigurationCheck.Check(Plain with { Accent = "#777777" }).Select(problem => problem.Message).ToList();
        Assert.Contains("Nobody could read the text of buttons on the accent: #ffffff on #777777 has a contrast of 4.47:1, and at least 4.5:1 is needed.", told);
        Assert.Empty(ConfigurationCheck.Check(Plain with { Accent = "#767676" }));
    }

    [Theory]
    [Trait("Requirement", "MU-17")]
    [InlineData("fr", "Clinique du Lac", "")]
    [InlineData("pt-BR", "<script>alert(1)</script>", "")]
    [InlineData("zh-Hant-TW", "共用", "")]
    [InlineData("FR", "Clinique", "texts")]
    [InlineData("en_US", "Clinic", "texts")]
    [InlineData("", "Clinic", "texts")]
    [InlineData("\"><script>", "Clinic", "texts")]
    [InlineData("en", " ", "texts.en.title")]
    [InlineData("en", "one\ntwo", "texts.en.title")]
    [InlineData("en", "a\u202Eb", "texts.en.title")]
    [InlineData("en", "Hello ${displayName}", "texts.en.title")]
    public void Texts_are_plain_lines_by_language(string language, string title, string field) =>
        Assert.Equal(field, string.Join(' ', Fields(Plain with { Texts = Words(language, new SignInWords(title)) }).Split(' ').Distinct()));

    [Fact]
    [Trait("Requirement", "MU-17")]
    public void Texts_are_bounded()
    {
        Assert.Equal("label", Fields(new ConfigurationContent.MultiUserSignIn(new string('a', 65))));
        Assert.Equal("organization", Fields(Plain with { Organization = new string('a', 81) }));
        Assert.Equal("texts.en.greeting texts.en.support", Fields(Plain with { Texts = Words("en", new SignInWords("T", new string('a', 301), new string('a', 301))) }));
        var many = Enumerable.Range(0, 33).ToImmutableSortedDictionary(n => $"a{(char)('a' + (n / 26))}{(char)('a' + (n % 26))}", _ => new SignInWords("T"));
        Assert.Equal("texts", Fields(Plain with { Texts = many }));
        Assert.Equal("", Fields(Plain with { Texts = many.Remove(many.Keys.First()) }));
    }

    [Fact]
    [Trait("Requirement", "MU-17")]
    public void Icons_are_whole_PNG_images()
    {
        var good = PngImage.Of(120, 120);
        Assert.Equal("", Fields(Plain with { IconPng = good }));
        Assert.Equal("iconPng", Fields(Plain with { IconPng = good.AsMemory(..^1) }));
        Assert.Equal("iconPng", Fields(Plain with { IconPng = (byte[])[.. good, 0] }));
        Assert.Equal("iconPng", Fields(Plain with { IconPng = good.AsMemory(..33) }));
        Assert.Equal("iconPng", Fields(Plain with { IconPng = PngImage.Of(120, 120, colourType: 6, bitDepth: 4) }));
        Assert.Equal("iconPng", Fields(Plain with { IconPng = "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray() }));
        Assert.Equal("iconPng", Fields(Plain with { IconPng = ReadOnlyMemory<byte>.Empty }));
        var broken = good.ToArray();
        broken[50] ^= 1;
        Assert.Equal("iconPng", Fields(Plain with { IconPng = broken }));
    }

    private static ImmutableSortedDictionary<string, SignInWords> Words(string language, SignInWords words) =>
        ImmutableSortedDictionary<string, SignInWords>.Empty.Add(language, words);

    private static string Fields(ConfigurationContent content) => string.Join(' ', ConfigurationCheck.Check(content).Select(problem => problem.Field).Distinct());
}
