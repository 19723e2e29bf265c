using System.Globalization;
using System.Net;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Fleet.Tests.SignIn;
using Microsoft.Playwright;

namespace Mdm.Fleet.Fleet.Tests.Browser;

/// <summary>The branded sign-in page in Debian's Chromium without scripts of ours: it fits, it is read, and its policy lets it be.</summary>
public sealed class BrandedPageTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    /// <summary>The smallest contrast of any text with what it stands on (WCAG 2.2), as the browser paints it.</summary>
    private const string SmallestContrast = """
        () => {
          const parts = text => (text.match(/^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/) ?? []).slice(1).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = node => { for (; node; node = node.parentElement) { const c = parts(getComputedStyle(node).backgroundColor); if (c.length && c[3] !== 0 && !(c[3] < 1)) return c; } return [255, 255, 255]; };
          const texts = [...document.body.querySelectorAll('*')].filter(n => [...n.childNodes].some(t => t.nodeType === 3 && t.data.trim()) && n.tagName !== 'PROGRESS');
          return texts.map(n => { const [a, b] = [light(parts(getComputedStyle(n).color)), light(ground(n))]; return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); })
            .reduce((a, b) => Math.min(a, b), 21);
        }
        """;

    private readonly TestFleet _fleet = fixture.Fleet;

    [Theory]
    [Trait("Requirement", "MU-17")]
    [Trait("Requirement", "UG-05")]
    [InlineData("en", ColorScheme.Light, 820, 1180)]
    [InlineData("fr", ColorScheme.Dark, 820, 1180)]
    [InlineData("ja", ColorScheme.Light, 375, 812)]
    [InlineData("de", ColorScheme.Dark, 320, 568)]
    public async Task The_page_fits_and_everything_on_it_is_read_in_light_and_in_dark_mode(string language, ColorScheme scheme, int width, int height)
    {
        using var admin = new ApiClient(_fleet);
        var app = await PrepareAsync(admin, language);
        using var device = await Ward.EnrolAsync(_fleet);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = ConsoleTests.Chromium, Args = ConsoleTests.Flags });
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            IgnoreHTTPSErrors = true,
            Locale = language,
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        var page = await context.NewPageAsync();
        var faults = new List<string>();
        page.Console += (_, message) => faults.Add($"{message.Text} {message.Location}");

        await page.GotoAsync($"{_fleet.PublicUrl}signin/{(await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken}");
        await FitsAsync(page);
        await page.FillAsync("#u", $"reader.{language}");
        await page.FillAsync("#p", Ward.Password);
        await page.ClickAsync("form button");
        await Assertions.Expect(page.Locator($"li[data-app={app}]")).ToHaveClassAsync("offered");
        await FitsAsync(page);
        await page.ClickAsync($"li[data-app={app}] button");
        await Assertions.Expect(page.Locator($"li[data-app={app}]")).ToHaveClassAsync("pending");
        await FitsAsync(page);
        await page.ClickAsync("button.out");
        await Assertions.Expect(page.Locator("main")).ToHaveAttributeAsync("data-state", "free");
        Assert.Empty(faults);
    }

    private static async Task FitsAsync(IPage page)
    {
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the screen.");
        Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('[data-app] > span:first-child')].every(name => name.offsetWidth >= 200)"), "An app's name is squeezed.");
        Assert.Equal(8, await page.EvaluateAsync<int>("document.querySelector('header img').naturalWidth"));
        var contrast = await page.EvaluateAsync<double>(SmallestContrast);
        Assert.True(contrast >= 4.5, $"Something has a contrast of {contrast.ToString(CultureInfo.InvariantCulture)}:1.");
    }

    private static async Task<string> PrepareAsync(ApiClient admin, string language)
    {
        await Ward.OfferSignInAsync(admin);
        (await admin.PutAsync("configurations/multi-user-sign-in", new
        {
            name = "Multi-user Secure Sign-in for iOS",
            content = new
            {
                kind = "multiUserSignIn",
                label = "Clinic",
                iconPng = BrandingTests.Icon,
                organization = "Centre hospitalier universitaire du Lac-Supérieur",
                accent = "#005a9c",
                background = "#fff8e7",
                texts = new
                {
                    de = new { title = "Gemeinschaftlich genutzte Stationstabletcomputer", greeting = "Guten Tag!", support = "Hilfe: Durchwahl 12" },
                    en = new { title = "The clinic’s iPads", greeting = "Good morning. Take one and sign in.", support = "Help: extension 12" },
                    fr = new { title = "Les iPad de la clinique", greeting = "Bonjour. Prenez-en un et connectez-vous.", support = "Aide : poste 12" },
                    ja = new { title = "病院の iPad", greeting = "おはようございます。サインインしてください。", support = "ヘルプ：内線 12" },
                },
            },
        })).Is(HttpStatusCode.OK);
        var group = await admin.MakeAsync("user-groups", new { name = $"Readers {language}" });
        await Ward.HireAsync(admin, $"reader.{language}", group);
        await admin.MakeAsync("configurations", new
        {
            name = $"Ward web {language}",
            content = new { kind = "webClip", url = "https://ward.example/", label = "Ward" },
            distribution = new { to = "custom", userGroups = new[] { group } },
        });
        return await admin.MakeAsync("apps", new
        {
            name = $"Dose calculator for paediatrics {language}",
            bundleId = $"example.doses.{language}",
            manifestUrl = $"https://apps.example/example.doses.{language}.plist",
            required = false,
            distribution = new { to = "custom", userGroups = new[] { group } },
        });
    }
}
