using System.Net;
using System.Text;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.IdentityProviders;

/// <summary>Identity providers and the people they verify, as admins see them.</summary>
public sealed class IdentityProviderTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private const string Secret = "a-secret-of-the-client";

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task A_provider_is_added_shown_changed_and_deleted_and_each_act_is_on_record()
    {
        using var admin = new ApiClient(_fleet);
        var made = (await admin.PostAsync("identity-providers", Body("Klinik Süd"))).Is(HttpStatusCode.Created);
        Assert.Equal("klinik-sud", made.Id);
        Assert.Equal("/api/v1/identity-providers/klinik-sud", made.Headers.Location?.OriginalString);
        Assert.Equal($"\"{made.Text("etag")}\"", made.Headers.ETag?.Tag);
        Assert.Equal(("preferred_username", "true", "false"), (made.Text("userNameClaim"), made.Text("enabled"), made.Text("createUsers")));
        Assert.Equal(["openid", "profile", "email"], made.Json!["scopes"]!.AsArray().Select(scope => scope!.ToString()));
        Assert.Equal(new Uri(_fleet.PublicUrl, "/signin/callback").AbsoluteUri, made.Text("redirectUri"));

        var changed = (await admin.PutAsync("identity-providers/klinik-sud", new { name = "Süd", issuer = "https://login.example/sued", clientId = "fleet", clientSecret = Secret, userNameClaim = "email", enabled = false })).Is(HttpStatusCode.OK);
        Assert.Equal(("Süd", "email", "true"), (changed.Text("name"), changed.Text("userNameClaim"), changed.Text("hasClientSecret")));
        Assert.Contains(await admin.ListAsync("identity-providers?q=süd"), row => row["id"]!.ToString() == "klinik-sud" && !row["enabled"]!.GetValue<bool>());
        (await admin.PutAsync("identity-providers/klinik-sud", Body("Süd"), ("If-Match", $"\"{made.Text("etag")}\""))).Refuses(HttpStatusCode.PreconditionFailed, "stale");
        (await admin.PutAsync("identity-providers/klinik-sud", Body("Süd", id: "other"))).Refuses(HttpStatusCode.Conflict, "renamed");

        (await admin.DeleteAsync("identity-providers/klinik-sud")).Is(HttpStatusCode.NoContent);
        (await admin.GetAsync("identity-providers/klinik-sud")).Refuses(HttpStatusCode.NotFound, "not-found");
        Assert.DoesNotContain(await admin.ListAsync("identity-providers"), row => row["id"]?.ToString() == "klinik-sud");
        (await admin.PostAsync("identity-providers", Body("Another", id: "klinik-sud"))).Refuses(HttpStatusCode.Conflict, "taken");
        var acts = (await admin.ListAsync("audit")).Where(line => line["key"]?.ToString() == "klinik-sud").Select(line => line["act"]!.ToString());
        Assert.Equal(["Create identity provider", "Update identity provider", "Delete identity provider"], acts);
    }

    [Fact]
    public async Task A_secret_is_stored_sealed_never_shown_and_taken_away_by_an_empty_one()
    {
        using var admin = new ApiClient(_fleet);
        var id = await admin.MakeAsync("identity-providers", Body("Sealed"));
        Assert.DoesNotContain(Secret, (await admin.GetAsync($"identity-providers/{id}")).Json!.ToJsonString(), StringComparison.Ordinal);
        var stored = (await _fleet.Store.ReadAsync(new RecordKey("identityProvider", id)))!;
        Assert.DoesNotContain(Secret, Encoding.UTF8.GetString(stored.Body.Span), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)), Encoding.UTF8.GetString(stored.Body.Span), StringComparison.Ordinal);
        var open = (await admin.PutAsync($"identity-providers/{id}", new { name = "Sealed", issuer = "https://login.example", clientId = "fleet", clientSecret = "" })).Is(HttpStatusCode.OK);
        Assert.False(open.Json!["hasClientSecret"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_stored_secret_goes_to_no_other_issuer_and_an_issuer_with_people_stays()
    {
        using var admin = new ApiClient(_fleet);
        var id = await admin.MakeAsync("identity-providers", Body("Moved"));
        var path = $"identity-providers/{id}";
        var refused = (await admin.PutAsync(path, new { name = "Moved", issuer = "https://evil.example", clientId = "fleet" })).Refuses(HttpStatusCode.BadRequest, "secret-needed");
        Assert.NotNull(refused.Json!["errors"]!["clientSecret"]);
        Assert.Equal("https://login.example", (await admin.GetAsync(path)).Text("issuer"));
        Assert.Equal("true", (await admin.PutAsync(path, new { name = "Moved", issuer = "https://login.example", clientId = "fleet", trustsEmail = true })).Is(HttpStatusCode.OK).Text("trustsEmail"));
        await admin.MakeAsync("users", new { userName = "moved.one", displayName = "One", source = id });
        var other = new { name = "Moved", issuer = "https://other.example", clientId = "fleet", clientSecret = "another" };
        (await admin.PutAsync(path, other)).Refuses(HttpStatusCode.Conflict, "in-use");
        (await admin.DeleteAsync("users/moved.one")).Is(HttpStatusCode.NoContent);
        Assert.Equal("https://other.example", (await admin.PutAsync(path, other)).Is(HttpStatusCode.OK).Text("issuer"));
    }

    [Theory]
    [InlineData("http://login.example")]
    [InlineData("https://login.example/?tenant=1")]
    [InlineData("https://login.example/#x")]
    [InlineData("https://me:pass@login.example")]
    [InlineData("ftp://login.example")]
    [InlineData("login.example")]
    public async Task An_issuer_is_at_https_or_on_this_machine(string issuer)
    {
        using var admin = new ApiClient(_fleet);
        var refused = (await admin.PostAsync("identity-providers", new { name = "Wrong", issuer, clientId = "fleet" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(["issuer"], refused.Json!["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task Every_wrong_field_is_named()
    {
        using var admin = new ApiClient(_fleet);
        var refused = (await admin.PostAsync("identity-providers", new { name = "Wrong", issuer = "nowhere", clientId = "", clientSecret = "tab\t", scopes = new[] { "profile" }, userNameClaim = "nickname" }))
            .Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(["clientId", "clientSecret", "issuer", "scopes", "userNameClaim"], refused.Json!["errors"]!.AsObject().Select(error => error.Key).Order());
        (await admin.PostAsync("identity-providers", Body("Local", id: "local"))).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal("local-2", await admin.MakeAsync("identity-providers", Body("Local")));
        (await admin.PostAsync("identity-providers", new { name = "No issuer", clientId = "x" })).Refuses(HttpStatusCode.BadRequest, "malformed");
    }

    [Fact]
    public async Task A_provider_that_people_use_is_not_deleted()
    {
        using var admin = new ApiClient(_fleet);
        var id = await admin.MakeAsync("identity-providers", Body("Used"));
        await admin.MakeAsync("users", new { userName = "used.one", displayName = "One", source = id });
        await admin.MakeAsync("users", new { userName = "used.two", displayName = "Two", source = id });
        Assert.StartsWith("2 people sign", (await admin.DeleteAsync($"identity-providers/{id}")).Refuses(HttpStatusCode.Conflict, "in-use").Text("detail"), StringComparison.Ordinal);
        (await admin.PutAsync("users/used.one", new { displayName = "One", source = "local" })).Is(HttpStatusCode.OK);
        Assert.StartsWith("1 person signs", (await admin.DeleteAsync($"identity-providers/{id}")).Refuses(HttpStatusCode.Conflict, "in-use").Text("detail"), StringComparison.Ordinal);
        (await admin.DeleteAsync("users/used.two")).Is(HttpStatusCode.NoContent);
        (await admin.DeleteAsync($"identity-providers/{id}")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task A_persons_source_is_local_or_a_provider_and_a_providers_person_has_no_password()
    {
        using var admin = new ApiClient(_fleet);
        var id = await admin.MakeAsync("identity-providers", Body("Source"));
        Assert.Equal("local", (await admin.PostAsync("users", new { userName = "source.local", displayName = "L", password = Ward.Password })).Text("source"));
        (await admin.PostAsync("users", new { userName = "source.x", displayName = "X", source = "no-such" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        var refused = (await admin.PostAsync("users", new { userName = "source.x", displayName = "X", source = id, password = Ward.Password })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.NotNull(refused.Json!["errors"]!["password"]);

        var moved = (await admin.PutAsync("users/source.local", new { displayName = "L", source = id })).Is(HttpStatusCode.OK);
        Assert.Equal((id, "false"), (moved.Text("source"), moved.Text("hasPassword")));
        (await admin.PutAsync("users/source.local", new { displayName = "L", password = Ward.Password })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(id, (await admin.PutAsync("users/source.local", new { displayName = "Still" })).Is(HttpStatusCode.OK).Text("source"));
        Assert.Contains(await admin.ListAsync("users?q=source.local"), row => row["source"]!.ToString() == id);
        Assert.Equal("local", (await admin.PutAsync("users/source.local", new { displayName = "L", source = "local", password = Ward.Password })).Is(HttpStatusCode.OK).Text("source"));
    }

    [Fact]
    public async Task A_test_says_what_is_wrong_with_a_provider()
    {
        await using var peer = await OidcPeer.StartAsync(new Uri(_fleet.PublicUrl, "/signin/callback"));
        using var admin = new ApiClient(_fleet);
        async Task<string> TryAsync(object body)
        {
            var answer = (await admin.PostAsync($"identity-providers/{await admin.MakeAsync("identity-providers", body)}/test")).Is(HttpStatusCode.OK);
            var problems = string.Join(' ', answer.Json!["problems"]!.AsArray().Select(problem => problem!.ToString()));
            Assert.Equal(problems.Length == 0, answer.Json["usable"]!.GetValue<bool>());
            return problems;
        }

        Assert.Equal("", await TryAsync(new { name = "Right", issuer = peer.Issuer, clientId = "fleet", clientSecret = OidcPeer.Secret }));
        Assert.Contains("of the issuer", await TryAsync(new { name = "Slash", issuer = peer.Issuer + "/", clientId = "fleet" }), StringComparison.Ordinal);
        Assert.Contains("answers 404", await TryAsync(new { name = "Path", issuer = peer.Issuer + "/tenant", clientId = "fleet" }), StringComparison.Ordinal);
        Assert.Contains("can't be reached", await TryAsync(new { name = "Closed", issuer = $"http://127.0.0.1:{FreePorts.Next()}", clientId = "fleet" }), StringComparison.Ordinal);
        Assert.Contains("scopes phone", await TryAsync(new { name = "Scope", issuer = peer.Issuer, clientId = "fleet", scopes = new[] { "openid", "phone" } }), StringComparison.Ordinal);
        Assert.Contains(await admin.ListAsync("audit"), line => (line["act"]!.ToString(), line["key"]!.ToString(), line["by"]!.ToString()) == ("Test identity provider", "right", "owner"));
        (await admin.PostAsync("identity-providers/no-such/test")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    private static object Body(string name, string? id = null) => new { id, name, issuer = "https://login.example", clientId = "fleet", clientSecret = Secret };
}
