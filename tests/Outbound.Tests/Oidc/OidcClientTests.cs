using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Outbound.Oidc;
using Mdm.Fleet.Outbound.Tests.Push;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Outbound.Tests.Oidc;

/// <summary>What the client asks of providers, what it believes, and where it stops.</summary>
public sealed class OidcClientTests : IAsyncLifetime, IDisposable
{
    private static readonly Uri Back = new("https://fleet.example/signin/callback");

    private readonly TokenSmith _smith = new();
    private readonly ManualTime _time = new();
    private ScriptedProvider _provider = null!;
    private OidcClient _client = null!;

    public async Task InitializeAsync()
    {
        _provider = await ScriptedProvider.StartAsync();
        _client = new OidcClient(new OidcOptions { Timeout = TimeSpan.FromSeconds(5) }, _time);
        Serve(_smith.RsaKey());
        _provider.Answer("/token", new JsonObject { ["id_token"] = _smith.Sign(Claims()) });
    }

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    public void Dispose()
    {
        _client?.Dispose();
        _smith.Dispose();
    }

    [Fact]
    public async Task The_address_asks_for_all_that_is_checked_later_and_keeps_the_providers_own_query()
    {
        var url = (await _client.AddressAsync(Settings(), Flow(), "anna & co")).Url!;
        Assert.StartsWith($"{_provider.Issuer}/auth?tenant=7&response_type=code&client_id=fleet&", url.AbsoluteUri, StringComparison.Ordinal);
        Assert.EndsWith("&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&prompt=login&max_age=0&login_hint=anna%20%26%20co", url.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("&redirect_uri=https%3A%2F%2Ffleet.example%2Fsignin%2Fcallback&scope=openid%20profile&state=the-state&nonce=nonce-of-this-flow&", url.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_right_answer_verifies_the_person()
    {
        var person = Assert.IsType<ProviderVerdict.Verified>(await RedeemAsync()).Person;
        Assert.Equal(new VerifiedPerson("subject", "anna", "Anna", null), person);
        var (form, authorization) = _provider.Redeemed;
        Assert.Equal(("the-code", "authorization_code", Back.AbsoluteUri), (form["code"].ToString(), form["grant_type"].ToString(), form["redirect_uri"].ToString()));
        Assert.Equal("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", form["code_verifier"].ToString());
        Assert.Equal("fleet:a%2Bb+%3A%25", authorization);
        Assert.False(form.ContainsKey("client_secret"));
    }

    [Theory]
    [InlineData("client_secret_post", "a+b :%")]
    [InlineData("none", null)]
    public async Task The_client_proves_itself_as_the_provider_takes_it(string method, string? secret)
    {
        var discovery = _provider.Discovery();
        discovery["token_endpoint_auth_methods_supported"] = new JsonArray("private_key_jwt", method);
        _provider.Answer("/.well-known/openid-configuration", discovery);
        Assert.IsType<ProviderVerdict.Verified>(await RedeemAsync(Settings(secret)));
        var (form, authorization) = _provider.Redeemed;
        Assert.Equal(("fleet", secret ?? "", ""), (form["client_id"].ToString(), form["client_secret"].ToString(), authorization));
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public async Task An_answer_of_another_issuer_is_refused_before_its_code_is_sent_anywhere()
    {
        Assert.IsType<ProviderVerdict.Failed>(await RedeemAsync(issuer: "https://evil.example"));
        var discovery = _provider.Discovery();
        discovery["authorization_response_iss_parameter_supported"] = true;
        _provider.Answer("/.well-known/openid-configuration", discovery);
        await _client.TestAsync(Settings());
        Assert.IsType<ProviderVerdict.Failed>(await RedeemAsync());
        Assert.False(_provider.Asked.ContainsKey("/token"));
        Assert.IsType<ProviderVerdict.Verified>(await RedeemAsync(issuer: _provider.Issuer));
    }

    [Theory]
    [InlineData("nonce", "another", true)]
    [InlineData("auth_time", null, true)]
    [InlineData("aud", "another", false)]
    [InlineData("preferred_username", null, false)]
    public async Task What_is_wrong_is_either_stale_or_failed(string claim, string? value, bool isStale)
    {
        var claims = Claims();
        claims[claim] = value;
        _provider.Answer("/token", new JsonObject { ["id_token"] = _smith.Sign(claims) });
        Assert.IsType(isStale ? typeof(ProviderVerdict.Stale) : typeof(ProviderVerdict.Failed), await RedeemAsync());
    }

    [Fact]
    public async Task UserInfo_counts_for_the_same_subject_only()
    {
        var discovery = _provider.Discovery();
        discovery["userinfo_endpoint"] = _provider.Issuer + "/me";
        _provider.Answer("/.well-known/openid-configuration", discovery);
        var claims = Claims();
        claims.Remove("preferred_username");
        _provider.Answer("/token", new JsonObject { ["id_token"] = _smith.Sign(claims), ["access_token"] = "the-access" });
        _provider.Answer("/me", http => http.Response.WriteAsync(
            http.Request.Headers.Authorization == "Bearer the-access" ? """{"sub":"subject","preferred_username":"anna"}""" : "{}"));
        Assert.Equal("anna", Assert.IsType<ProviderVerdict.Verified>(await RedeemAsync()).Person.UserName);
        _provider.Answer("/me", JsonNode.Parse("""{"sub":"another","preferred_username":"anna"}""")!);
        Assert.IsType<ProviderVerdict.Failed>(await RedeemAsync());
    }

    [Theory]
    [InlineData(null, false, false)]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(null, true, true)]
    [InlineData(false, true, false)]
    public async Task An_address_is_a_name_where_it_is_called_verified_or_the_provider_is_trusted(bool? verified, bool trusts, bool isLetIn)
    {
        var claims = Claims();
        claims["email"] = "anna@ward.example";
        if (verified is { } said)
            claims["email_verified"] = said;
        _provider.Answer("/token", new JsonObject { ["id_token"] = _smith.Sign(claims) });
        var verdict = await RedeemAsync(Settings() with { UserNameClaim = UserNameClaim.Email, TrustsEmail = trusts });
        Assert.IsType(isLetIn ? typeof(ProviderVerdict.Verified) : typeof(ProviderVerdict.Failed), verdict);
    }

    [Fact]
    public async Task A_new_key_is_asked_for_and_unknown_ones_not_again_and_again()
    {
        Assert.IsType<ProviderVerdict.Verified>(await RedeemAsync());
        using var renewed = new TokenSmith();
        Serve(renewed.RsaKey("second"));
        _time.Advance(TimeSpan.FromSeconds(31));
        _provider.Answer("/token", new JsonObject { ["id_token"] = renewed.Sign(Claims(), header: header => header["kid"] = "second") });
        Assert.IsType<ProviderVerdict.Verified>(await RedeemAsync());
        Assert.Equal(2, _provider.Asked["/keys"]);

        _provider.Answer("/token", new JsonObject { ["id_token"] = renewed.Sign(Claims(), header: header => header["kid"] = "made up") });
        for (var tries = 0; tries < 5; tries++)
            Assert.IsType<ProviderVerdict.Failed>(await RedeemAsync());
        Assert.Equal(2, _provider.Asked["/keys"]);
    }

    [Fact]
    public async Task Documents_are_kept_for_an_hour_and_a_withdrawn_key_no_longer()
    {
        for (var tries = 0; tries < 3; tries++)
            Assert.IsType<ProviderVerdict.Verified>(await RedeemAsync());
        Assert.Equal((1, 1), (_provider.Asked["/.well-known/openid-configuration"], _provider.Asked["/keys"]));
        Serve(_smith.EcKey());
        _time.Advance(TimeSpan.FromHours(1));
        _provider.Answer("/token", new JsonObject { ["id_token"] = _smith.Sign(Claims()) });
        Assert.IsType<ProviderVerdict.Failed>(await RedeemAsync());
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        _provider.Answer("/.well-known/openid-configuration", http =>
        {
            http.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        Assert.Contains("answers 302", Assert.Single(await _client.TestAsync(Settings())), StringComparison.Ordinal);
        Assert.False(_provider.Asked.ContainsKey("/elsewhere"));
    }

    [Fact]
    public async Task An_answer_is_bounded_in_size()
    {
        _provider.Answer("/keys", http => http.Response.WriteAsync(new string(' ', 300_000) + "{}"));
        Assert.Contains("answers too much", (await _client.AddressAsync(Settings(), Flow(), null)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_is_bounded_in_time_and_a_provider_that_failed_is_left_alone_for_a_while()
    {
        const string Discovery = "/.well-known/openid-configuration";
        _provider.Answer(Discovery, http =>
        {
            var hungUp = new TaskCompletionSource();
            http.RequestAborted.Register(hungUp.SetResult);
            _time.Advance(TimeSpan.FromSeconds(5));
            return hungUp.Task;
        });
        Assert.Contains("does not answer within 5 s", (await _client.AddressAsync(Settings(), Flow(), null)).Fault, StringComparison.Ordinal);

        _provider.Answer(Discovery, _provider.Discovery());
        Assert.Null((await _client.AddressAsync(Settings(), Flow(), null)).Url);
        Assert.Equal(1, _provider.Asked[Discovery]);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.NotNull((await _client.AddressAsync(Settings(), Flow(), null)).Url);
    }

    [Theory]
    [InlineData("issuer", "https://login.example", "of the issuer")]
    [InlineData("token_endpoint", "http://login.example/token", "token_endpoint")]
    [InlineData("jwks_uri", "file:///etc/passwd", "jwks_uri")]
    [InlineData("authorization_endpoint", null, "authorization_endpoint")]
    [InlineData("authorization_endpoint", "javascript:alert(1)", "authorization_endpoint")]
    [InlineData("userinfo_endpoint", "//login.example", "userinfo_endpoint")]
    public async Task A_discovery_document_that_leads_astray_is_refused(string member, string? value, string told)
    {
        var discovery = _provider.Discovery();
        discovery[member] = value;
        _provider.Answer("/.well-known/openid-configuration", discovery);
        Assert.Contains(told, Assert.Single(await _client.TestAsync(Settings())), StringComparison.Ordinal);
        Assert.Null((await _client.AddressAsync(Settings(), Flow(), null)).Url);
    }

    [Fact]
    public async Task A_test_tells_all_that_keeps_a_provider_from_use()
    {
        var discovery = _provider.Discovery();
        discovery["id_token_signing_alg_values_supported"] = new JsonArray("HS256");
        discovery["code_challenge_methods_supported"] = new JsonArray("plain");
        discovery["token_endpoint_auth_methods_supported"] = new JsonArray("private_key_jwt");
        _provider.Answer("/.well-known/openid-configuration", discovery);
        _provider.Answer("/keys", JsonNode.Parse("""{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}""")!);
        Assert.Equal(4, (await _client.TestAsync(Settings())).Length);
        Assert.Contains(await _client.TestAsync(Settings(secret: null)), problem => problem.Contains("client secret is needed", StringComparison.Ordinal));
        Assert.IsType<ProviderVerdict.Failed>(await RedeemAsync());
    }

    private JsonObject Claims()
    {
        var (claims, now) = (TokenSmith.Claims(), TokenSmith.Seconds(_time.GetUtcNow()));
        (claims["iss"], claims["iat"], claims["auth_time"], claims["exp"]) = (_provider.Issuer, now, now, now + 300);
        (claims["preferred_username"], claims["name"]) = ("anna", "Anna");
        return claims;
    }

    private void Serve(params JsonObject[] keys) => _provider.Answer("/keys", new JsonObject { ["keys"] = new JsonArray([.. keys]) });

    private Task<ProviderVerdict> RedeemAsync(ProviderSettings? settings = null, string? issuer = null) =>
        _client.RedeemAsync(settings ?? Settings(), Flow(), new ProviderAnswer("the-code", issuer));

    private ProviderSettings Settings(string? secret = "a+b :%") =>
        new(_provider.Issuer, TokenSmith.ClientId, secret, ["openid", "profile"], UserNameClaim.PreferredUsername);

    /// <summary>The verifier is that of RFC 7636, appendix B.</summary>
    private ProviderFlow Flow() => new("the-state", TokenSmith.Nonce, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", _time.GetUtcNow(), Back);
}
