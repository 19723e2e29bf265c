using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Grains.Records;

namespace Mdm.Fleet.Grains.Tests.Configurations;

/// <summary>The branded sign-in as it is stored.</summary>
[Trait("Requirement", "MU-17")]
public sealed class SignInPayloadTests
{
    [Fact]
    public void A_sign_in_without_a_branding_is_stored_as_ever_so_that_no_web_clip_is_installed_again_for_nothing()
    {
        var payload = new Payload("Sign-in", new ConfigurationContent.MultiUserSignIn("Sign in"), null);
        Assert.Equal(
            """{"name":"Sign-in","content":{"kind":"multiUserSignIn","label":"Sign in"}}""",
            Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(payload, GrainsJson.Default.Payload)));
    }

    [Fact]
    public void A_branding_is_read_as_it_was_stored()
    {
        var content = new ConfigurationContent.MultiUserSignIn("Sign in", new byte[] { 1, 2, 3 })
        {
            Organization = "Clinique du Lac",
            Accent = "#005a9c",
            Background = "#fff8e7",
            AccentDark = "#7cc4ff",
            BackgroundDark = "#101010",
            Texts = ImmutableSortedDictionary<string, SignInWords>.Empty.Add("fr", new SignInWords("Les iPad", Support: "Aide : poste 12")),
        };
        var stored = JsonSerializer.SerializeToUtf8Bytes(new Payload("Sign-in", content, null), GrainsJson.Default.Payload);
        var read = Assert.IsType<ConfigurationContent.MultiUserSignIn>(JsonSerializer.Deserialize(stored, GrainsJson.Default.Payload)!.Content);
        Assert.Equal(content.Texts.ToList(), read.Texts!.ToList());
        Assert.Equal(content.IconPng!.Value.ToArray(), read.IconPng!.Value.ToArray());
        Assert.Equal(content with { Texts = null, IconPng = null }, read with { Texts = null, IconPng = null });
    }
}
