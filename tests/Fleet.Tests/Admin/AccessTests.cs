using System.Net;
using System.Net.Http.Json;
using System.Text;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Fleet.Tests.Admin;

public class AccessTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    public async Task Who_sends_no_token_is_told_so_in_a_problem()
    {
        using var stranger = new ApiClient(_fleet, "");
        var answer = (await stranger.GetAsync("devices")).Refuses(HttpStatusCode.Unauthorized, "not-signed-in");
        Assert.Contains("Bearer", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        (await stranger.PostAsync("users", new { })).Refuses(HttpStatusCode.Unauthorized, "not-signed-in");
        (await stranger.GetAsync("no-such-thing")).Refuses(HttpStatusCode.Unauthorized, "not-signed-in");
    }

    [Fact]
    public async Task A_device_address_never_shows_the_401_of_the_API()
    {
        using var browser = _fleet.Browser();
        using var checkIn = await browser.PutAsync(new Uri(_fleet.PublicUrl, "/mdm/checkin"), new StringContent("x"));
        using var connect = await browser.PutAsync(new Uri(_fleet.PublicUrl, "/mdm/connect"), new StringContent("x"));
        Assert.NotEqual(HttpStatusCode.Unauthorized, checkIn.StatusCode);
        Assert.NotEqual(HttpStatusCode.Unauthorized, connect.StatusCode);
    }

    [Fact]
    public async Task Guessing_tokens_is_slowed_and_a_right_token_works_from_the_same_address()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var owner = new ApiClient(fleet);
        using var guesser = new ApiClient(fleet, "wrong");
        for (var i = 0; i < 20; i++)
            (await guesser.GetAsync("session")).Refuses(HttpStatusCode.Unauthorized, "token");

        var slowed = (await guesser.GetAsync("session")).Refuses(HttpStatusCode.TooManyRequests, "too-many-failures");
        Assert.NotNull(slowed.Headers.RetryAfter);
        (await owner.GetAsync("session")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_console_signs_in_with_a_cookie_and_its_changes_need_the_csrf_header()
    {
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = _fleet.Roots.ForClient(), CookieContainer = new CookieContainer() }) { BaseAddress = _fleet.PublicUrl };
        using (var refused = await http.PostAsJsonAsync("/api/v1/session", new { token = "wrong" }))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var signedIn = await http.PostAsJsonAsync("/api/v1/session", new { token = _fleet.OwnerToken });

        Assert.Equal(HttpStatusCode.NoContent, signedIn.StatusCode);
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        Assert.All(["fleet_session=", "httponly", "secure", "samesite=strict"], part => Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(_fleet.OwnerToken, cookie, StringComparison.Ordinal);
        Assert.Contains("\"role\":\"owner\"", await http.GetStringAsync("/api/v1/session"), StringComparison.Ordinal);

        using var bare = await http.PostAsJsonAsync("/api/v1/user-groups", new { name = "Forged" });
        Assert.Equal(HttpStatusCode.Forbidden, bare.StatusCode);
        Assert.Contains("\"code\":\"csrf\"", await bare.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        http.DefaultRequestHeaders.Add("X-CSRF", "1");
        using var made = await http.PostAsJsonAsync("/api/v1/user-groups", new { name = "Night shift" });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var signedOut = await http.DeleteAsync("/api/v1/session");
        Assert.Equal(HttpStatusCode.NoContent, signedOut.StatusCode);
        using var after = await http.GetAsync("/api/v1/session");
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cookies_are_for_TLS_alone_where_a_trusted_proxy_speaks_it(bool isTrusted)
    {
        await using var fleet = await TestFleet.StartAsync(options =>
            isTrusted ? options : options with { Frontend = options.Frontend with { TrustedProxies = [] } });
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = fleet.PlainUrl };
        using var console = await http.PostAsJsonAsync("/api/v1/session", new { token = fleet.OwnerToken });
        using var page = await http.GetAsync("/signin/a-token-of-no-device");

        Assert.All([console, page], answer => Assert.Equal(
            isTrusted, Assert.Single(answer.Headers.GetValues("Set-Cookie")).Contains("; secure", StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("fleet_session=AAAA")]
    [InlineData("fleet_session=!!!")]
    public async Task A_cookie_that_was_not_made_here_opens_nothing(string cookie)
    {
        using var stranger = new ApiClient(_fleet, "");
        (await stranger.SendAsync(HttpMethod.Get, "session", null, ("Cookie", cookie))).Refuses(HttpStatusCode.Unauthorized, "not-signed-in");
    }

    [Fact]
    public async Task An_auditor_reads_and_changes_nothing()
    {
        Assert.True(await _fleet.Grains.GetGrain<IApiToken>(ApiTokens.KeyOf("auditors-token")).Create("Audit", "auditor"));
        using var auditor = new ApiClient(_fleet, "auditors-token");
        (await auditor.GetAsync("users")).Is(HttpStatusCode.OK);
        (await auditor.PostAsync("user-groups", new { name = "Mine" })).Refuses(HttpStatusCode.Forbidden, "not-allowed");
    }

    [Fact]
    public async Task What_is_not_there_or_not_said_well_is_a_problem_too()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.GetAsync("no-such-thing")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PutAsync("overview")).Refuses(HttpStatusCode.MethodNotAllowed, "method");
        (await admin.PostAsync("user-groups", new StringContent("name=A"))).Refuses(HttpStatusCode.UnsupportedMediaType, "media-type");
        (await admin.GetAsync("users?limit=many")).Refuses(HttpStatusCode.BadRequest, "malformed");
        var torn = (await admin.PostAsync("user-groups", new StringContent("{\"name\": \"A\",\n \"id\": 7}", Encoding.UTF8, "application/json"))).Refuses(HttpStatusCode.BadRequest, "malformed");
        Assert.Contains("$.id", torn.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("line 2", torn.Text("detail"), StringComparison.Ordinal);
        (await admin.PostAsync("user-groups", new StringContent("", Encoding.UTF8, "application/json"))).Refuses(HttpStatusCode.BadRequest, "malformed");
        (await admin.PostAsync("user-groups", new StringContent("null", Encoding.UTF8, "application/json"))).Refuses(HttpStatusCode.BadRequest, "malformed");
    }

    [Fact]
    public async Task A_store_that_is_away_is_said_so_and_when_to_try_again()
    {
        FaultyStore? store = null;
        await using var fleet = await TestFleet.StartAsync(extend: FaultyStore.Between(faulty => store = faulty));
        using var admin = new ApiClient(fleet);
        (await admin.GetAsync("users")).Is(HttpStatusCode.OK);
        store!.Failure = () => new StoreUnavailableException("down");
        Assert.NotNull((await admin.GetAsync("devices")).Refuses(HttpStatusCode.ServiceUnavailable, "unavailable").Headers.RetryAfter);
        (await admin.PostAsync("user-groups", new { name = "Lost?" })).Refuses(HttpStatusCode.ServiceUnavailable, "unavailable");
        store.Failure = () => new InvalidOperationException("a defect with secrets in it");
        Assert.DoesNotContain("secrets", (await admin.GetAsync("devices")).Refuses(HttpStatusCode.InternalServerError, "fault").Text("detail"), StringComparison.Ordinal);
        store.Failure = null;
        (await admin.PostAsync("user-groups", new { name = "Lost?" })).Is(HttpStatusCode.Created);
    }

    [Fact]
    [Trait("Requirement", "PR-08")]
    public async Task A_body_beyond_the_bound_is_refused()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("user-groups", new { name = new string('a', 1_100_000) })).Refuses(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }
}
