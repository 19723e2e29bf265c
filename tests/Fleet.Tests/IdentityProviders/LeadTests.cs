using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Fleet.Tests.SignIn;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.IdentityProviders;

/// <summary>How the sign-in page leads people to their provider, and what it tells of names.</summary>
public sealed class LeadTests(ProviderFixture fixture) : IClassFixture<ProviderFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task Who_types_the_name_of_a_providers_person_is_led_there_with_the_name_and_no_password_helps()
    {
        using var admin = new ApiClient(_fleet);
        await HireAsync(admin, "led.there");
        using var device = await Ward.EnrolAsync(_fleet);
        using var browser = new WanderingBrowser(_fleet);
        var page = await PageAsync(device);
        await browser.OpenAsync(page);
        await browser.SubmitAsync(new Uri(page + "/in"), ("userName", "Led.There"), ("password", OidcPeer.Password));
        Assert.Equal(("free", "identity-provider"), (browser.State, browser.Error));
        Assert.Contains("class=\"idp theirs\" data-provider=\"hospital\"", browser.Html, StringComparison.Ordinal);

        await browser.PressAsync("hospital");
        Assert.Contains("login_hint=led.there", browser.Visited.Single(url => url.AbsolutePath == "/auth").Query, StringComparison.Ordinal);
        Assert.Contains("value=\"led.there\"", browser.Html, StringComparison.Ordinal);
        await browser.ProveAsync("led.there");
        Assert.Equal("ready", browser.State);
    }

    [Fact]
    [Trait("Requirement", "MU-08")]
    public async Task A_name_that_is_nobodys_and_a_wrong_password_are_still_told_alike_where_there_are_providers()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.HireAsync(admin, "local.one");
        using var device = await Ward.EnrolAsync(_fleet);
        using var page = new PlainBrowser(_fleet, (await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!);
        await page.OpenAsync();
        await page.SignInAsync("local.one", "not-the-password");
        var told = page.Html.Replace("local.one", "somebody", StringComparison.Ordinal);
        await page.SignInAsync("who.is.that", "not-the-password");
        Assert.Equal("credentials", page.Error);
        Assert.Equal(told, page.Html.Replace("who.is.that", "somebody", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_are_tried_no_faster_than_passwords()
    {
        using var admin = new ApiClient(_fleet);
        await HireAsync(admin, "tried.name");
        using var device = await Ward.EnrolAsync(_fleet);
        using var page = new PlainBrowser(_fleet, (await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!);
        await page.OpenAsync();
        for (var tries = 0; tries < Frontend.SignIn.AttemptLimits.PerDevice; tries++)
            await page.SignInAsync("tried.name", "x");
        Assert.Equal("identity-provider", page.Error);
        await page.SignInAsync("tried.name", "x");
        Assert.Equal("locked", page.Error);
    }

    [Fact]
    public async Task The_twin_in_JSON_names_the_providers_and_the_one_of_a_person()
    {
        using var admin = new ApiClient(_fleet);
        await HireAsync(admin, "in.json");
        using var device = await Ward.EnrolAsync(_fleet);
        var page = await PageAsync(device);
        using var http = _fleet.Browser();
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var model = JsonNode.Parse(await http.GetStringAsync(page))!;
        Assert.Equal(["clinic", "hospital", "open"], model["providers"]!.AsArray().Select(provider => provider!["id"]!.ToString()));
        Assert.Equal("The hospital", model["providers"]![1]!["name"]!.ToString());
        Assert.Equal(page.AbsolutePath + "/with/hospital", model["providers"]![1]!["url"]!.ToString());

        var form = new Dictionary<string, string> { ["csrf"] = model["csrf"]!.ToString(), ["userName"] = "in.json", ["password"] = "x" };
        using var answer = await http.PostAsync(new Uri(page + "/in"), new FormUrlEncodedContent(form));
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal((HttpStatusCode.Forbidden, "identity-provider", "hospital"), (answer.StatusCode, problem["code"]!.ToString(), problem["provider"]!["id"]!.ToString()));
    }

    [Fact]
    public async Task A_provider_that_is_switched_off_is_not_offered_and_takes_nobody()
    {
        using var admin = new ApiClient(_fleet);
        object Body(bool enabled) => new { name = "Switched", issuer = fixture.Peer.Issuer, clientId = "fleet", clientSecret = OidcPeer.Secret, enabled };
        var id = await admin.MakeAsync("identity-providers", Body(enabled: true));
        await HireAsync(admin, "switched.off", id);
        using var device = await Ward.EnrolAsync(_fleet);
        using var browser = new WanderingBrowser(_fleet);
        var page = await PageAsync(device);
        await browser.OpenAsync(page);
        await browser.PressAsync(id);

        (await admin.PutAsync($"identity-providers/{id}", Body(enabled: false))).Is(HttpStatusCode.OK);
        await browser.ProveAsync("switched.off");
        Assert.Equal(("free", "idp-failed"), (browser.State, browser.Error));
        Assert.DoesNotContain($"data-provider=\"{id}\"", browser.Html, StringComparison.Ordinal);
        await browser.OpenAsync(new Uri($"{page}/with/{id}"));
        Assert.Equal(("free", "idp-failed"), (browser.State, browser.Error));
        await browser.SubmitAsync(new Uri(page + "/in"), ("userName", "switched.off"), ("password", "x"));
        Assert.Equal("identity-provider", browser.Error);
    }

    [Theory]
    [InlineData("fr", "Se connecter avec The hospital")]
    [InlineData("ja", "The hospital でサインイン")]
    [InlineData("en", "Sign in with The hospital")]
    public async Task The_buttons_speak_the_persons_language_and_lead_nowhere_by_a_form(string language, string button)
    {
        using var device = await Ward.EnrolAsync(_fleet);
        using var page = new PlainBrowser(_fleet, (await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!, language);
        await page.OpenAsync();
        Assert.Contains(button, WebUtility.HtmlDecode(page.Html), StringComparison.Ordinal);
        Assert.DoesNotContain("action=\"http", page.Html, StringComparison.Ordinal);
    }

    private static Task<string> HireAsync(ApiClient admin, string userName, string source = "hospital") =>
        admin.MakeAsync("users", new { userName, displayName = $"Nurse {userName}", source });

    private async Task<Uri> PageAsync(SimulatedDevice device) => new(_fleet.PublicUrl, $"/signin/{(await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken}");
}
