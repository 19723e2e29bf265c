using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Microsoft.Playwright;

namespace Mdm.Fleet.Fleet.Tests.IdentityProviders;

/// <summary>The way to a provider and back in a real browser, with its own rules for cookies and policies.</summary>
public sealed class ChromiumTests(ProviderFixture fixture) : IClassFixture<ProviderFixture>
{
    private const string Chromium = "/usr/bin/chromium";

    private static readonly string[] Flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task Two_people_take_an_iPad_one_after_the_other_each_by_proving_who_they_are()
    {
        using var admin = new ApiClient(_fleet);
        foreach (var person in new[] { "first.person", "second.person" })
            await admin.MakeAsync("users", new { userName = person, displayName = person, source = "hospital" });
        using var device = await Ward.EnrolAsync(_fleet);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = Flags });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { IgnoreHTTPSErrors = true, ViewportSize = new ViewportSize { Width = 820, Height = 1180 } });
        await page.GotoAsync($"{_fleet.PublicUrl}signin/{(await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken}");

        await page.ClickAsync("a.idp[data-provider=hospital]");
        await ProveAsync(page, "first.person");
        await Assertions.Expect(page.Locator("main")).ToHaveAttributeAsync("data-state", "ready");
        await page.ClickAsync("button.out");
        await Assertions.Expect(page.Locator("main")).ToHaveAttributeAsync("data-state", "free");

        await page.FillAsync("#u", "second.person");
        await page.FillAsync("#p", "whatever it is");
        await page.ClickAsync("form button");
        await Assertions.Expect(page.Locator("[role=alert]")).ToHaveAttributeAsync("data-error", "identity-provider");
        await page.ClickAsync("a.idp.theirs");
        Assert.Equal("second.person", await page.InputValueAsync("[name=login]"));
        await ProveAsync(page, "second.person");
        await Assertions.Expect(page.Locator("main")).ToHaveAttributeAsync("data-state", "ready");
        Assert.Equal("second.person", (await _fleet.ViewAsync(device.Facts.Udid)).Device.Owner.User.Value);
    }

    private static async Task ProveAsync(IPage page, string login)
    {
        Assert.StartsWith("http://127.0.0.1", page.Url, StringComparison.Ordinal);
        await page.FillAsync("[name=login]", login);
        await page.FillAsync("[name=password]", OidcPeer.Password);
        await page.ClickAsync("[value=in]");
    }
}
