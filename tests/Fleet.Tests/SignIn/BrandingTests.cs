using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.SignIn;

/// <summary>The organization's icon, colours and words on the web clip and its pages.</summary>
[Trait("Requirement", "MU-17")]
public sealed partial class BrandingTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    /// <summary>Eight by eight pixels of one blue.</summary>
    internal const string Icon = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEElEQVR4nGNgiJqDHQ0tCQDhIT2Br676pQAAAABJRU5ErkJggg==";

    private const string SignIn = "configurations/multi-user-sign-in";
    private const string Name = "Multi-user Secure Sign-in for iOS";

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "MU-05")]
    public async Task The_page_of_an_iPad_shows_the_branding_that_is_on_it_in_the_persons_language()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await EnrolAsync(admin);
        await BrandAsync(admin, new
        {
            kind = "multiUserSignIn",
            label = "Clinique",
            iconPng = Icon,
            organization = "Clinique du Lac",
            accent = "#005A9C",
            background = "#fff8e7",
            texts = new
            {
                fr = new { title = "Les iPad de la clinique", greeting = "Bonjour !", support = "Aide : poste 12" },
                en = new { title = "The clinic’s iPads", support = "Help: extension 12" },
            },
        });

        using var french = await PageAsync(device, "de, fr-CH;q=0.8");
        await french.OpenAsync();
        var html = WebUtility.HtmlDecode(french.Html);
        Assert.Contains("<title>Les iPad de la clinique</title>", html, StringComparison.Ordinal);
        Assert.Contains("<p lang=\"fr\">Bonjour !</p>", html, StringComparison.Ordinal);
        Assert.Contains("Aide : poste 12", html, StringComparison.Ordinal);
        Assert.Contains("Clinique du Lac", html, StringComparison.Ordinal);
        Assert.Contains("--go:#005a9c", html, StringComparison.Ordinal);
        Assert.Contains("--paper:#fff8e7", html, StringComparison.Ordinal);

        using var japanese = await PageAsync(device, "ja");
        await japanese.OpenAsync();
        html = WebUtility.HtmlDecode(japanese.Html);
        Assert.Contains("<h1>共有 iPad</h1>", html, StringComparison.Ordinal);
        Assert.Contains("<footer lang=\"en\" data-brand=\"support\">Help: extension 12</footer>", html, StringComparison.Ordinal);

        using var http = _fleet.Browser();
        using var invitation = await http.GetAsync("/invitation/unknown");
        Assert.Contains("Clinique du Lac", await invitation.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_icon_is_kept_by_browsers_and_there_is_no_other_under_its_address()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await EnrolAsync(admin);
        await BrandAsync(admin, new { kind = "multiUserSignIn", label = "Clinic", iconPng = Icon });
        using var page = await PageAsync(device);
        await page.OpenAsync();
        var address = Source().Match(page.Html).Groups[1].Value;
        using var http = _fleet.Browser();
        using var icon = await http.GetAsync(address);
        Assert.Equal(Convert.FromBase64String(Icon), await icon.Content.ReadAsByteArrayAsync());
        Assert.Equal(("image/png", true), (icon.Content.Headers.ContentType!.MediaType, icon.Headers.CacheControl!.ToString().Contains("immutable", StringComparison.Ordinal)));
        Assert.Equal("nosniff", icon.Headers.GetValues("X-Content-Type-Options").Single());

        var wifi = (await admin.PostAsync("configurations", new { name = "Ward", content = new { kind = "wifi", ssid = "Ward" } })).Is(HttpStatusCode.Created);
        foreach (var other in new[] { new string('0', 32), wifi.Text("revision"), "../callback" })
        {
            using var none = await http.GetAsync($"/signin/icon/{other}.png");
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        }
    }

    [Fact]
    [Trait("Requirement", "MU-10")]
    public async Task A_new_branding_installs_the_web_clip_again_and_nothing_but_it_and_the_distribution_can_be_changed()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await EnrolAsync(admin);
        Assert.Equal(ItemState.Settled, await ClipAsync(device));
        await BrandAsync(admin, new { kind = "multiUserSignIn", label = "Take this iPad", iconPng = Icon });
        await device.ConnectAsync(CancellationToken.None);
        Assert.Equal(ItemState.Settled, await ClipAsync(device));
        var clip = device.Contents.Profiles.SelectMany(profile => profile.Payloads).Single(payload => payload.Type == "com.apple.webClip.managed").Content;
        Assert.Equal("Take this iPad", clip.GetString("Label"));
        Assert.Equal(Convert.FromBase64String(Icon), clip.GetData("Icon")!.Value.ToArray());

        var content = new { kind = "multiUserSignIn", label = "Sign in" };
        (await admin.PutAsync(SignIn, new { name = Name, content, priority = 1 })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PutAsync(SignIn, new { name = Name, content, enabled = false })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PutAsync(SignIn, new { name = Name, content = new { kind = "multiUserSignIn", label = "Sign in", accent = "#ffff00" } })).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    [Trait("Requirement", "MU-11")]
    public async Task A_branding_reaches_the_pages_of_those_iPads_alone_that_the_configuration_is_distributed_to()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await EnrolAsync(admin);
        (await admin.PutAsync($"{SignIn}/distribution", new { to = "none" })).Is(HttpStatusCode.OK);
        var branded = (await admin.PutAsync(SignIn, new { name = Name, content = new { kind = "multiUserSignIn", label = "Sign in", organization = "Clinique du Lac" } })).Is(HttpStatusCode.OK);
        Assert.Equal(("none", "nobody-not-reached"), (branded.Json!["distribution"]!["to"]!.ToString(), branded.Json["warnings"]![0]!["code"]!.ToString()));
        using var page = await PageAsync(device);
        await page.OpenAsync();
        Assert.Equal(("unavailable", false), (page.State, page.Html.Contains("Clinique du Lac", StringComparison.Ordinal)));
        await Ward.OfferSignInAsync(admin);
        await page.OpenAsync();
        Assert.Equal(("free", true), (page.State, page.Html.Contains("Clinique du Lac", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Texts_and_names_are_never_markup()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await EnrolAsync(admin);
        const string Evil = "</title><script>alert(1)</script>\"' onload=x";
        await BrandAsync(admin, new { kind = "multiUserSignIn", label = Evil, organization = Evil, texts = new { en = new { title = Evil, greeting = Evil, support = Evil } } });
        using var page = await PageAsync(device);
        await page.OpenAsync();
        Assert.Equal(5, page.Html.Split("&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27; onload=x").Length - 1);
        var preview = await PreviewAsync(admin, new { language = "en" });
        Assert.DoesNotContain("<script", preview, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_is_the_page_unsaved_and_nothing_on_it_works()
    {
        using var admin = new ApiClient(_fleet);
        await BrandAsync(admin, new { kind = "multiUserSignIn", label = "Sign in", organization = "Saved" });
        var content = new { kind = "multiUserSignIn", label = "Sign in", organization = "Not saved", iconPng = Icon, accent = "#005a9c", texts = new { fr = new { title = "Bonjour" } } };
        var free = await PreviewAsync(admin, new { content, language = "fr" });
        Assert.Contains("data-state=\"free\"", free, StringComparison.Ordinal);
        Assert.Contains("<h1 lang=\"fr\">Bonjour</h1>", free, StringComparison.Ordinal);
        Assert.Contains("Not saved", free, StringComparison.Ordinal);
        Assert.Contains($"data:image/png;base64,{Icon}", WebUtility.HtmlDecode(free), StringComparison.Ordinal);
        Assert.Contains("<body inert>", free, StringComparison.Ordinal);
        Assert.Contains("<fieldset disabled>", free, StringComparison.Ordinal);
        Assert.Contains("Saved", await PreviewAsync(admin, new { }), StringComparison.Ordinal);

        foreach (var state in new[] { "preparing", "ready", "unavailable" })
        {
            var page = await PreviewAsync(admin, new { content, language = "ja", state });
            Assert.Contains($"data-state=\"{state}\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain("http-equiv", page, StringComparison.Ordinal);
        }

        using var device = await EnrolAsync(admin);
        await Ward.HireAsync(admin, "preview.person");
        await Ward.SignInAsync(_fleet, device, "preview.person");
        Assert.Contains("Nurse preview.person", await PreviewAsync(admin, new { device = device.Facts.Udid }), StringComparison.Ordinal);
        (await admin.PostAsync($"{SignIn}/preview-page", new { device = "no-such" })).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PostAsync($"{SignIn}/preview-page", new { state = "busy" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PostAsync($"{SignIn}/preview-page", new { language = "e" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PostAsync($"{SignIn}/preview-page", new { content = new { kind = "wifi", ssid = "W" } })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PostAsync($"{SignIn}/preview-page", new { content = new { kind = "multiUserSignIn", label = "" } })).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    private static async Task BrandAsync(ApiClient admin, object content) => (await admin.PutAsync(SignIn, new { name = Name, content })).Is(HttpStatusCode.OK);

    private async Task<string> PreviewAsync(ApiClient admin, object body)
    {
        (await admin.PostAsync($"{SignIn}/preview-page", body)).Is(HttpStatusCode.OK);
        using var http = _fleet.Browser();
        http.DefaultRequestHeaders.Authorization = new("Bearer", _fleet.OwnerToken);
        using var response = await http.PostAsJsonAsync($"/api/v1/{SignIn}/preview-page", body);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("sandbox", policy, StringComparison.Ordinal);
        Assert.Contains("form-action 'none'", policy, StringComparison.Ordinal);
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<SimulatedDevice> EnrolAsync(ApiClient admin)
    {
        await Ward.OfferSignInAsync(admin);
        return await Ward.EnrolAsync(_fleet);
    }

    private async Task<ItemState> ClipAsync(SimulatedDevice device) =>
        (await _fleet.ViewAsync(device.Facts.Udid)).Desired.Single(item => item.Kind == ItemKind.MultiUserSignIn).State;

    private async Task<PlainBrowser> PageAsync(SimulatedDevice device, string language = "en") =>
        new(_fleet, (await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!, language);

    [GeneratedRegex("<img src=\"([^\"]+)\"")]
    private static partial Regex Source();
}
