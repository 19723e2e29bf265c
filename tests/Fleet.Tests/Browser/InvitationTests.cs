using System.Net;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Mail;
using Mdm.Fleet.Fleet.Tests.Servers;
using Microsoft.Playwright;

namespace Mdm.Fleet.Fleet.Tests.Browser;

/// <summary>The invitation's page in Debian's Chromium, with scripts switched off.</summary>
public sealed class InvitationTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Theory]
    [InlineData("en-US", "Hello Zoë")]
    [InlineData("fr-FR", "Bonjour Zoë")]
    [InlineData("ja-JP", "Zoë 様")]
    [Trait("Requirement", "UG-01")]
    public async Task A_person_sets_their_password_without_scripts(string locale, string hello)
    {
        await using var peer = await SmtpPeer.StartAsync();
        using var admin = new ApiClient(_fleet);
        (await admin.PutAsync("mail/settings", new { host = "localhost", port = peer.Port, security = "none", from = "f@ward.example" })).Is(HttpStatusCode.OK);
        var name = "zoe-" + locale[..2];
        await admin.MakeAsync("users", new { userName = name, displayName = "Zoë", email = "zoe@ward.example", invite = true });
        var link = (await peer.NextAsync()).Text.Split('\n').Single(line => line.StartsWith("https://", StringComparison.Ordinal));

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = ConsoleTests.Chromium, Args = ConsoleTests.Flags });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { IgnoreHTTPSErrors = true, JavaScriptEnabled = false, Locale = locale, ViewportSize = new() { Width = 820, Height = 1180 } });
        await page.GotoAsync(link);
        Assert.Equal(hello, await page.InnerTextAsync("h1"));
        await page.FillAsync("#p", "short");
        await page.FillAsync("#a", "short");
        await page.ClickAsync("button");
        Assert.Equal("rules", await page.GetAttributeAsync("[role=alert]", "data-error"));
        await page.FillAsync("#p", "tulips in spring");
        await page.FillAsync("#a", "tulips in spring");
        await page.ClickAsync("button");
        Assert.Equal("done", await page.GetAttributeAsync("main", "data-state"));
        Assert.Contains(name, await page.InnerTextAsync("main"), StringComparison.Ordinal);
    }
}
