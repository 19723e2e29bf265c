using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace Mdm.Fleet.Fleet.Tests.SignIn;

/// <summary>People at the web clip while the server can't do what they ask.</summary>
public sealed class OutageTests
{
    private static readonly (Func<Exception> Failure, string Code)[] Outages =
    [
        (() => new StoreUnavailableException("down"), "unavailable"),
        (() => new SiloUnavailableException("stopping"), "unavailable"),
        (() => new PasswordsBusyException(), "busy"),
        (() => new InconsistentStateException("changed"), "changed"),
        (() => new TimeoutException("slow"), "slow"),
    ];

    [Fact]
    public async Task An_outage_is_told_in_the_persons_language_with_when_to_come_back_and_what_was_asked_works_then()
    {
        FaultyStore? store = null;
        await using var fleet = await TestFleet.StartAsync(extend: FaultyStore.Between(faulty => store = faulty));
        using var admin = new ApiClient(fleet);
        await Ward.OfferSignInAsync(admin);
        await Ward.HireAsync(admin, "ann");
        using var device = await Ward.EnrolAsync(fleet);
        var token = (await fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!;
        using var page = new PlainBrowser(fleet, token, "fr");
        await page.OpenAsync();
        var form = page.Form;

        foreach (var (failure, code) in Outages)
        {
            store!.Failure = failure;
            await page.OpenAsync();
            AssertOutage(page, code);
            await page.SubmitAsync("in", [.. form, ("userName", "ann"), ("password", Ward.Password)]);
            AssertOutage(page, code);
            await page.SubmitAsync("out", [.. form, ("session", "1")]);
            AssertOutage(page, code);
            await AssertProblemAsync(fleet, token, code);
            store.Failure = null;
        }

        await page.OpenAsync();
        await page.SignInAsync("ann", Ward.Password);
        Assert.Equal("ready", page.State);
    }

    [Fact]
    public async Task Who_signs_in_while_their_record_is_changed_elsewhere_is_let_in_at_the_second_try_of_the_server()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var admin = new ApiClient(fleet);
        await Ward.OfferSignInAsync(admin);
        await Ward.HireAsync(admin, "ann");
        using var device = await Ward.EnrolAsync(fleet);
        using var page = new PlainBrowser(fleet, (await fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!);
        await page.OpenAsync();
        var key = new RecordKey("user", "ann");
        var stored = (await fleet.Store.ReadAsync(key))!;
        await fleet.Store.WriteAsync(new RecordWrite(key, stored.Body, stored.Etag));

        await page.SignInAsync("ann", Ward.Password);
        Assert.Equal((HttpStatusCode.OK, "ready"), (page.Status, page.State));
    }

    private static void AssertOutage(PlainBrowser page, string code)
    {
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "outage", code), (page.Status, page.State, page.Error));
        Assert.True(page.RetryAfter > TimeSpan.Zero);
        Assert.Contains("Réessayez", WebUtility.HtmlDecode(page.Html), StringComparison.Ordinal);
    }

    private static async Task AssertProblemAsync(TestFleet fleet, string token, string code)
    {
        using var browser = fleet.Browser();
        browser.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await browser.GetAsync(new Uri(fleet.PublicUrl, "/signin/" + token));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(code, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!.ToString());
    }
}
