using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.SignIn;

/// <summary>Optional apps, which people add on the sign-in page and which leave with them.</summary>
[Trait("Requirement", "UG-05")]
public sealed class SelfServiceTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private static int _number;

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "MU-05")]
    [Trait("Requirement", "MU-16")]
    public async Task An_app_that_a_person_asks_for_comes_and_leaves_with_them_and_the_next_one_asks_again()
    {
        using var admin = new ApiClient(_fleet);
        var (app, bundle, group) = await OfferAsync(admin);
        var (anna, bert) = (await HireAsync(admin, group), await HireAsync(admin, group));
        using var device = await EnrolAsync(admin);
        using var page = await PageAsync(device);

        await page.OpenAsync();
        Assert.DoesNotContain("data-app", page.Html, StringComparison.Ordinal);
        await page.SignInAsync(anna, Ward.Password);
        await device.ConnectAsync(CancellationToken.None);
        await page.OpenAsync();
        Assert.Equal(("ready", "offered"), (page.State, page.Offered[app]));
        Assert.InRange(page.Html.IndexOf("Microsoft apps", StringComparison.Ordinal), 1, page.Html.IndexOf("class=\"out\"", StringComparison.Ordinal));
        Assert.DoesNotContain(device.Contents.Apps, known => known.BundleId == bundle);

        await page.SubmitAsync("get", ("item", app));
        Assert.Equal(("ready", "pending"), (page.State, page.Offered[app]));
        await device.ConnectAsync(CancellationToken.None);
        Assert.Contains(device.Contents.Apps, known => known.BundleId == bundle);
        (await admin.PostAsync($"devices/{device.Facts.Udid}/commands", new { command = "ManagedApplicationList" })).Is(HttpStatusCode.Accepted);
        await device.ConnectAsync(CancellationToken.None);
        await page.OpenAsync();
        Assert.Equal("installed", page.Offered[app]);

        await page.SignOutAsync();
        await device.ConnectAsync(CancellationToken.None);
        Assert.DoesNotContain(device.Contents.Apps, known => known.BundleId == bundle);
        await page.SignInAsync(bert, Ward.Password);
        await device.ConnectAsync(CancellationToken.None);
        await page.OpenAsync();
        Assert.Equal("offered", page.Offered[app]);
        Assert.DoesNotContain(device.Contents.Apps, known => known.BundleId == bundle);
        var log = (await admin.GetAsync($"devices/{device.Facts.Udid}/log")).Is(HttpStatusCode.OK).Json!["items"]!.AsArray();
        Assert.Equal(app, Assert.Single(log, line => line!["type"]!.ToString() == "asked")!["data"]!["item"]!.ToString());
    }

    [Fact]
    public async Task An_app_that_is_wanted_no_more_is_removed_at_once()
    {
        using var admin = new ApiClient(_fleet);
        var (app, bundle, group) = await OfferAsync(admin);
        using var device = await EnrolAsync(admin);
        using var page = await PageAsync(device);
        await page.OpenAsync();
        await page.SignInAsync(await HireAsync(admin, group), Ward.Password);
        await page.SubmitAsync("get", ("item", app));
        await device.ConnectAsync(CancellationToken.None);
        Assert.Contains(device.Contents.Apps, known => known.BundleId == bundle);

        await page.SubmitAsync("drop", ("item", app));
        Assert.Equal("offered", page.Offered[app]);
        await device.ConnectAsync(CancellationToken.None);
        Assert.DoesNotContain(device.Contents.Apps, known => known.BundleId == bundle);
    }

    [Fact]
    public async Task Nobody_gets_what_is_not_offered_to_them_in_this_session()
    {
        using var admin = new ApiClient(_fleet);
        var (app, bundle, group) = await OfferAsync(admin);
        using var device = await EnrolAsync(admin);
        using var page = await PageAsync(device);
        await page.OpenAsync();
        await page.SubmitAsync("get", ("item", app), ("session", "0"));
        Assert.Equal(("free", "session-over"), (page.State, page.Error));

        await page.SignInAsync(await HireAsync(admin), Ward.Password);
        Assert.Empty(page.Offered);
        await page.SubmitAsync("get", ("item", app));
        Assert.Equal("app-not-offered", page.Error);
        await page.SubmitAsync("get", ("item", "no such app"));
        Assert.Equal("app-not-offered", page.Error);
        await page.SubmitAsync("get", ("item", app), ("csrf", "guessed"));
        Assert.Equal("csrf", page.Error);
        var strangers = page.Form.Single(field => field.Name == "session").Value;
        await page.SignOutAsync();

        await page.SignInAsync(await HireAsync(admin, group), Ward.Password);
        Assert.Equal("offered", page.Offered[app]);
        await page.SubmitAsync("get", ("item", app), ("session", strangers));
        Assert.Equal(("session-over", "offered"), (page.Error, page.Offered[app]));
        await device.ConnectAsync(CancellationToken.None);
        Assert.DoesNotContain(device.Contents.Apps, known => known.BundleId == bundle);
        Assert.Empty((await _fleet.ViewAsync(device.Facts.Udid)).Device.Asked);
    }

    [Fact]
    public async Task Programs_ask_for_apps_by_the_JSON_twin()
    {
        using var admin = new ApiClient(_fleet);
        var (app, _, group) = await OfferAsync(admin);
        using var device = await EnrolAsync(admin);
        await Ward.SignInAsync(_fleet, device, await HireAsync(admin, group));
        var url = $"/signin/{(await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken}";
        using var http = _fleet.Browser();
        http.DefaultRequestHeaders.Add("Accept", "application/json");
        var page = await ReadAsync(await http.GetAsync(url), HttpStatusCode.OK);
        Assert.Equal("offered", StateOf(page, app));

        Task<HttpResponseMessage> AskAsync(string item, string session) => http.PostAsync($"{url}/get", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["csrf"] = page["csrf"]!.ToString(),
            ["session"] = session,
            ["item"] = item,
        }));
        Assert.Equal("session-over", (await ReadAsync(await AskAsync(app, "0"), HttpStatusCode.Conflict))["code"]!.ToString());
        Assert.Equal("app-not-offered", (await ReadAsync(await AskAsync("other", page["epoch"]!.ToString()), HttpStatusCode.Forbidden))["code"]!.ToString());
        Assert.Equal("pending", StateOf(await ReadAsync(await AskAsync(app, page["epoch"]!.ToString()), HttpStatusCode.OK), app));
    }

    private static string StateOf(JsonObject page, string app) => page["offered"]!.AsArray().Single(offered => offered!["id"]!.ToString() == app)!["state"]!.ToString();

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        using (response)
        {
            Assert.Equal(status, response.StatusCode);
            return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        }
    }

    /// <summary>An optional app for a new group.</summary>
    private static async Task<(string App, string Bundle, string Group)> OfferAsync(ApiClient admin)
    {
        var number = Interlocked.Increment(ref _number);
        var group = await admin.MakeAsync("user-groups", new { name = $"Pharmacists {number}" });
        var app = await admin.MakeAsync("apps", new
        {
            name = $"Doses {number}",
            bundleId = $"example.doses{number}",
            manifestUrl = $"https://apps.example/example.doses{number}.plist",
            required = false,
            distribution = new { to = "custom", userGroups = new[] { group } },
        });
        return (app, $"example.doses{number}", group);
    }

    private static async Task<string> HireAsync(ApiClient admin, params string[] groups)
    {
        var name = $"pharmacist{Interlocked.Increment(ref _number)}";
        await Ward.HireAsync(admin, name, groups);
        return name;
    }

    /// <summary>An iPad whose apps install as soon as they are asked for.</summary>
    private async Task<SimulatedDevice> EnrolAsync(ApiClient admin)
    {
        await Ward.OfferSignInAsync(admin);
        var facts = DeviceFacts.Of(seed: 57, number: Interlocked.Increment(ref _number));
        var device = new SimulatedDevice(facts, new DeviceOptions { AppInstall = (TimeSpan.Zero, TimeSpan.Zero) }, _fleet.Roots, TimeProvider.System, seed: 3);
        await device.EnrolAsync(await _fleet.NewEnrolmentAsync(), CancellationToken.None);
        await device.ConnectAsync(CancellationToken.None);
        return device;
    }

    private async Task<PlainBrowser> PageAsync(SimulatedDevice device) => new(_fleet, (await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!);
}
