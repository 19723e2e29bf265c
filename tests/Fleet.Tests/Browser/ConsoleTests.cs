using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Microsoft.Playwright;

namespace Mdm.Fleet.Fleet.Tests.Browser;

/// <summary>The console in Debian's Chromium. It has to be built: <c>npm ci &amp;&amp; npm run build</c> in src/Frontend/console.</summary>
public class ConsoleTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    internal const string Chromium = "/usr/bin/chromium";

    internal static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "DC-06")]
    public async Task An_admin_sees_a_device_change_hands_without_reloading()
    {
        Assert.True(File.Exists(Path.Combine(Repository.Root, "src/Frontend/wwwroot/console/index.html")), "The console is not built.");
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        await Ward.HireAsync(admin, "kim");
        using var device = await Ward.EnrolAsync(_fleet);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = Flags });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { BaseURL = _fleet.PublicUrl.AbsoluteUri, IgnoreHTTPSErrors = true });
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);

        // A request before the live connection could go to another frontend than the connection itself.
        page.Request += (_, request) => faults.AddRange(request.Url.Contains("/hubs/", StringComparison.Ordinal) ? [request.Url] : []);

        await page.GotoAsync("/");
        await page.FillAsync("#token", _fleet.OwnerToken);
        await page.ClickAsync("button[type=submit]");
        var row = page.Locator($"tr[data-device='{device.Facts.Udid}']");
        await Assertions.Expect(row).ToHaveAttributeAsync("data-owner", "nobody", Within);
        await page.EvaluateAsync("window.sameDocument = true");

        await Ward.SignInAsync(_fleet, device, "kim");
        await Assertions.Expect(row).ToHaveAttributeAsync("data-owner", "kim", Within);
        await Assertions.Expect(row).ToContainTextAsync("Nurse kim");
        await admin.PostAsync($"devices/{device.Facts.Udid}/sign-out");
        await Assertions.Expect(row).ToHaveAttributeAsync("data-owner", "nobody", Within);
        await device.ConnectAsync(CancellationToken.None);
        await Assertions.Expect(row).ToHaveAttributeAsync("data-hand-over", "clean", Within);

        Assert.True(await page.EvaluateAsync<bool>("window.sameDocument === true"), "The page was loaded again.");
        Assert.Empty(faults);
    }

    private static LocatorAssertionsToHaveAttributeOptions Within => new() { Timeout = 60_000 };
}
