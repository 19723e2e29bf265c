using System.Net;
using System.Net.WebSockets;
using System.Text;
using Mdm.Fleet.Fleet.Tests.Live;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Fleet.Tests.Admin;

public class ApiTokenTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private static int _made;

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    public async Task A_token_is_shown_once_and_has_its_role()
    {
        using var owner = new ApiClient(_fleet);
        var made = (await owner.PostAsync("api-tokens", new { name = "Help desk", role = "operator", expiresInDays = 30 })).Is(HttpStatusCode.Created);
        using var desk = new ApiClient(_fleet, made.Text("token"));
        Assert.Equal("operator", (await desk.GetAsync("session")).Is(HttpStatusCode.OK).Text("role"));
        (await desk.PostAsync("users", new { userName = "x", displayName = "X" })).Refuses(HttpStatusCode.Forbidden, "not-allowed");

        var shown = (await owner.GetAsync($"api-tokens/{made.Id}")).Is(HttpStatusCode.OK);
        Assert.Equal($"/api/v1/api-tokens/{made.Id}", made.Headers.Location?.OriginalString);
        Assert.Equal(("Help desk", "operator", made.Text("expiresAt")), (shown.Text("name"), shown.Text("role"), shown.Text("expiresAt")));
        var listed = await owner.ListAsync("api-tokens");
        Assert.Contains(listed, row => row["id"]!.ToString() == made.Id && row["role"]!.ToString() == "operator");
        Assert.DoesNotContain(listed.Select(row => row.ToJsonString()).Append(shown.Json!.ToJsonString()), json => json.Contains(made.Text("token"), StringComparison.Ordinal));
        Assert.Contains(await owner.ListAsync("audit"), line => line["act"]!.ToString() == "Create API token (operator)" && line["by"]!.ToString() == "owner");
    }

    [Fact]
    public async Task The_token_of_the_first_start_is_listed()
    {
        using var owner = new ApiClient(_fleet);
        Assert.Contains(await owner.ListAsync("api-tokens"), row => row["name"]!.ToString() == "owner" && row["role"]!.ToString() == "owner");
    }

    [Fact]
    public async Task Only_an_owner_sees_or_makes_tokens()
    {
        using var owner = new ApiClient(_fleet);
        var id = (await owner.ListAsync("api-tokens"))[0]["id"]!.ToString();
        foreach (var role in Roles.All.Where(role => role != "owner"))
        {
            using var other = await AsAsync(owner, role);
            (await other.GetAsync("api-tokens")).Refuses(HttpStatusCode.Forbidden, "not-allowed");
            (await other.GetAsync($"api-tokens/{id}")).Refuses(HttpStatusCode.Forbidden, "not-allowed");
            (await other.PostAsync("api-tokens", new { name = "More", role = "owner" })).Refuses(HttpStatusCode.Forbidden, "not-allowed");
            (await other.DeleteAsync($"api-tokens/{id}")).Refuses(HttpStatusCode.Forbidden, "not-allowed");
        }
    }

    [Fact]
    public async Task A_name_is_one_live_tokens_and_never_one_of_others_in_the_audit()
    {
        using var owner = new ApiClient(_fleet);
        (await owner.PostAsync("api-tokens", new { name = "Night desk", role = "operator" })).Is(HttpStatusCode.Created);
        (await owner.PostAsync("api-tokens", new { name = "night DESK", role = "auditor" })).Refuses(HttpStatusCode.Conflict, "taken");
        (await owner.PostAsync("api-tokens", new { name = "owner", role = "auditor" })).Refuses(HttpStatusCode.Conflict, "taken");
        (await owner.PostAsync("api-tokens", new { name = "Person:anna", role = "auditor" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await owner.PostAsync("api-tokens", new { name = "Night", role = "operator" })).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_named()
    {
        using var owner = new ApiClient(_fleet);
        var refused = (await owner.PostAsync("api-tokens", new { name = "X", role = "king", expiresInDays = 0 })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(["expiresInDays", "role"], refused.Json!["errors"]!.AsObject().Select(error => error.Key).Order());
        (await owner.GetAsync("api-tokens/0123")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await owner.DeleteAsync("api-tokens/no-such")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_revoked_token_opens_nothing_from_then_on()
    {
        using var owner = new ApiClient(_fleet);
        var made = (await owner.PostAsync("api-tokens", new { name = "Leaver", role = "admin" })).Is(HttpStatusCode.Created);
        var token = made.Text("token");
        using var leaver = new ApiClient(_fleet, token);
        using var console = new ApiClient(_fleet, "");
        var cookie = (await console.PostAsync("session", new { token })).Is(HttpStatusCode.NoContent).Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        (await leaver.GetAsync("users")).Is(HttpStatusCode.OK);
        (await console.SendAsync(HttpMethod.Get, "users", null, ("Cookie", cookie))).Is(HttpStatusCode.OK);
        await using var page = await HubClient.ConnectAsync(_fleet, $"access_token={token}");
        await (await page.SubscribeAsync()).NextAsync("devices");

        (await owner.DeleteAsync($"api-tokens/{made.Id}")).Is(HttpStatusCode.NoContent);

        (await leaver.GetAsync("users")).Refuses(HttpStatusCode.Unauthorized, "token");
        (await console.SendAsync(HttpMethod.Get, "users", null, ("Cookie", cookie))).Refuses(HttpStatusCode.Unauthorized, "not-signed-in");
        (await console.PostAsync("session", new { token })).Refuses(HttpStatusCode.Unauthorized, "token");
        await Assert.ThrowsAnyAsync<Exception>(() => page.NextAsync("devices"));
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(_fleet, $"access_token={token}"));
        Assert.Equal("true", (await owner.GetAsync($"api-tokens/{made.Id}")).Text("revoked"));
        (await owner.DeleteAsync($"api-tokens/{made.Id}")).Is(HttpStatusCode.NoContent);
        Assert.Single(await owner.ListAsync("audit"), line => line["act"]!.ToString() == "Revoke API token");
    }

    [Fact]
    public async Task A_token_ends_at_its_time()
    {
        var time = new ShiftedTime();
        await using var fleet = await TestFleet.StartAsync(options => options with { Time = time });
        using var owner = new ApiClient(fleet);
        using var guest = await AsAsync(owner, "auditor", fleet, 1);
        (await guest.GetAsync("users")).Is(HttpStatusCode.OK);
        time.Shift = TimeSpan.FromDays(1) - TimeSpan.FromMinutes(1);
        (await guest.GetAsync("users")).Is(HttpStatusCode.OK);
        time.Shift = TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1);
        (await guest.GetAsync("users")).Refuses(HttpStatusCode.Unauthorized, "token");
    }

    [Fact]
    public async Task The_last_owner_token_without_an_end_stays()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var owner = new ApiClient(fleet);
        var first = Assert.Single(await owner.ListAsync("api-tokens"))["id"]!.ToString();
        (await owner.DeleteAsync($"api-tokens/{first}")).Refuses(HttpStatusCode.Conflict, "last-owner");
        using var passing = await AsAsync(owner, "owner", fleet, 30);
        (await passing.DeleteAsync($"api-tokens/{first}")).Refuses(HttpStatusCode.Conflict, "last-owner");
        (await owner.GetAsync("users")).Is(HttpStatusCode.OK);

        using var second = await AsAsync(owner, "owner", fleet);
        (await second.DeleteAsync($"api-tokens/{first}")).Is(HttpStatusCode.NoContent);
        (await owner.GetAsync("users")).Refuses(HttpStatusCode.Unauthorized, "token");
    }

    [Fact]
    public async Task Two_owners_who_revoke_each_other_do_not_both_succeed()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var owner = new ApiClient(fleet);
        var first = Assert.Single(await owner.ListAsync("api-tokens"))["id"]!.ToString();
        var made = (await owner.PostAsync("api-tokens", new { name = "Second", role = "owner" })).Is(HttpStatusCode.Created);
        var tokens = fleet.Grains.GetGrain<IApiTokens>(IApiTokens.Key);
        var keys = (await fleet.Store.QueryAsync(new IndexQuery("apiToken"))).Rows.Select(row => row.Key).ToList();

        var results = await Task.WhenAll(keys.Select(key => tokens.Revoke(key, "each other")));
        Assert.Equal([RevokeResult.Done, RevokeResult.LastOwner], results.Order());
        Assert.Equal(2, keys.Count);
        Assert.NotEqual(first, made.Id);
    }

    [Fact]
    public async Task A_token_of_the_last_version_works_and_is_listed_once_it_was_used()
    {
        var key = ApiTokens.KeyOf("an-old-token");
        await _fleet.Store.WriteAsync(new RecordWrite(new RecordKey("apiToken", key), Encoding.UTF8.GetBytes("""{"name":"Old hand","role":"admin"}"""), 0));
        using var old = new ApiClient(_fleet, "an-old-token");
        (await old.GetAsync("users")).Is(HttpStatusCode.OK);
        using var owner = new ApiClient(_fleet);
        Assert.Contains(await owner.ListAsync("api-tokens"), row => row["name"]!.ToString() == "Old hand" && row["id"]!.ToString() == key[..16]);
    }

    private Task<ApiClient> AsAsync(ApiClient owner, string role) => AsAsync(owner, role, _fleet);

    private static async Task<ApiClient> AsAsync(ApiClient owner, string role, TestFleet fleet, int? expiresInDays = null) =>
        new(fleet, (await owner.PostAsync("api-tokens", new { name = $"{role} {Interlocked.Increment(ref _made)}", role, expiresInDays })).Is(HttpStatusCode.Created).Text("token"));
}
