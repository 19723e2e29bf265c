using System.Text.Json.Nodes;
using Mdm.Fleet.Outbound.Oidc;

namespace Mdm.Fleet.Outbound.Tests.Oidc;

/// <summary>Which ID tokens are taken. Each wrong one differs from a right one in one thing.</summary>
public sealed class IdTokenTests : IDisposable
{
    private readonly TokenSmith _smith = new();

    public void Dispose() => _smith.Dispose();

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public void A_right_token_is_taken(string algorithm) => Assert.Null(TokenSmith.Check(_smith.Sign(TokenSmith.Claims(), algorithm), _smith.Keys));

    [Theory]
    [Trait("Requirement", "MU-09")]
    [InlineData("iss", "\"https://login.example/other\"", IdTokenFault.Issuer)]
    [InlineData("iss", "null", IdTokenFault.Issuer)]
    [InlineData("aud", "\"another\"", IdTokenFault.Audience)]
    [InlineData("aud", "[]", IdTokenFault.Audience)]
    [InlineData("aud", "[\"another\"]", IdTokenFault.Audience)]
    [InlineData("aud", "[\"fleet\",\"another\"]", IdTokenFault.AuthorizedParty)]
    [InlineData("azp", "\"another\"", IdTokenFault.AuthorizedParty)]
    [InlineData("azp", "7", IdTokenFault.AuthorizedParty)]
    [InlineData("sub", "\"\"", IdTokenFault.Subject)]
    [InlineData("sub", "7", IdTokenFault.Subject)]
    [InlineData("exp", "null", IdTokenFault.Expired)]
    [InlineData("exp", "\"9999999999\"", IdTokenFault.Expired)]
    [InlineData("exp", "1e300", IdTokenFault.Expired)]
    [InlineData("iat", "null", IdTokenFault.IssuedAt)]
    [InlineData("nonce", "\"another\"", IdTokenFault.Nonce)]
    [InlineData("nonce", "null", IdTokenFault.Nonce)]
    [InlineData("auth_time", "null", IdTokenFault.NoAuthenticationTime)]
    [InlineData("auth_time", "\"1772600795\"", IdTokenFault.NoAuthenticationTime)]
    public void A_claim_that_is_wrong_or_missing_refuses_the_token(string claim, string json, IdTokenFault fault)
    {
        var claims = TokenSmith.Claims();
        claims[claim] = JsonNode.Parse(json);
        Assert.Equal(fault, TokenSmith.Check(_smith.Sign(claims), _smith.Keys));
    }

    [Theory]
    [InlineData("exp", -59, null)]
    [InlineData("exp", -60, IdTokenFault.Expired)]
    [InlineData("iat", 60, null)]
    [InlineData("iat", 61, IdTokenFault.IssuedAt)]
    [InlineData("iat", -81, IdTokenFault.IssuedAt)]
    public void Clocks_may_differ_by_a_minute(string claim, int seconds, IdTokenFault? fault)
    {
        var claims = TokenSmith.Claims();
        claims["iat"] = TokenSmith.Seconds(TokenSmith.Now) - 65;
        claims["auth_time"] = TokenSmith.Seconds(TokenSmith.Now) - 65;
        claims[claim] = TokenSmith.Seconds(TokenSmith.Now) + seconds;
        if (claim == "iat")
            claims["auth_time"] = TokenSmith.Seconds(TokenSmith.Now) + seconds;
        Assert.Equal(fault, TokenSmith.Check(_smith.Sign(claims), _smith.Keys));
    }

    /// <summary>The flow began 20 s ago; whatever the provider's clock shows, who proved themselves longer ago did so before it.</summary>
    [Theory]
    [Trait("Requirement", "MU-09")]
    [InlineData(0, 0, null)]
    [InlineData(0, -21, null)]
    [InlineData(0, -22, IdTokenFault.StaleAuthentication)]
    [InlineData(50, -21, null)]
    [InlineData(50, -22, IdTokenFault.StaleAuthentication)]
    [InlineData(-50, -21, null)]
    [InlineData(-50, -22, IdTokenFault.StaleAuthentication)]
    [InlineData(0, 61, IdTokenFault.StaleAuthentication)]
    public void A_proof_that_is_older_than_the_flow_is_stale_however_far_the_providers_clock_is_off(int clockSeconds, int provedSeconds, IdTokenFault? fault)
    {
        var claims = TokenSmith.Claims();
        var issued = TokenSmith.Seconds(TokenSmith.Now) + clockSeconds;
        (claims["iat"], claims["auth_time"], claims["exp"]) = (issued, issued + provedSeconds, issued + 300);
        Assert.Equal(fault, TokenSmith.Check(_smith.Sign(claims), _smith.Keys));
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public void A_token_issued_early_makes_no_old_proof_young()
    {
        var claims = TokenSmith.Claims();
        var began = TokenSmith.Seconds(TokenSmith.StartedAt);
        (claims["iat"], claims["auth_time"]) = (began - 60, began - 61);
        Assert.Equal(IdTokenFault.StaleAuthentication, TokenSmith.Check(_smith.Sign(claims), _smith.Keys));
    }

    [Fact]
    public void A_list_of_audiences_with_this_client_as_authorized_party_is_taken()
    {
        var claims = TokenSmith.Claims();
        (claims["aud"], claims["azp"]) = (new JsonArray("another", "fleet"), "fleet");
        Assert.Null(TokenSmith.Check(_smith.Sign(claims), _smith.Keys));
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public void Tokens_that_nobody_or_a_shared_secret_signed_are_refused()
    {
        var claims = TokenSmith.Claims().ToJsonString();
        foreach (var algorithm in new[] { "none", "None", "NONE", "" })
            Assert.Equal(IdTokenFault.Algorithm, TokenSmith.Check($"{TokenSmith.Encode($"{{\"alg\":\"{algorithm}\"}}")}.{TokenSmith.Encode(claims)}.", _smith.Keys));
        Assert.Equal(IdTokenFault.Algorithm, TokenSmith.Check(_smith.SignText(claims, "none"), _smith.Keys));
        Assert.Equal(IdTokenFault.Algorithm, TokenSmith.Check(_smith.SignText(claims, "HS256"), _smith.Keys));
        Assert.Equal(IdTokenFault.Algorithm, TokenSmith.Check(_smith.SignText(claims, "RS384"), _smith.Keys));
    }

    [Fact]
    [Trait("Requirement", "MU-09")]
    public void A_forged_token_is_refused()
    {
        using var stranger = new TokenSmith();
        Assert.Equal(IdTokenFault.Signature, TokenSmith.Check(stranger.Sign(TokenSmith.Claims()), _smith.Keys));
        Assert.Equal(IdTokenFault.Signature, TokenSmith.Check(stranger.Sign(TokenSmith.Claims(), "ES256"), _smith.Keys));
        var parts = _smith.Sign(TokenSmith.Claims()).Split('.');
        var other = TokenSmith.Claims();
        other["sub"] = "somebody else";
        Assert.Equal(IdTokenFault.Signature, TokenSmith.Check($"{parts[0]}.{TokenSmith.Encode(other.ToJsonString())}.{parts[2]}", _smith.Keys));

        // The token's own key is no key of the provider.
        var embedded = stranger.Sign(TokenSmith.Claims(), header: header => header["jwk"] = stranger.RsaKey());
        Assert.Equal(IdTokenFault.Signature, TokenSmith.Check(embedded, _smith.Keys));
    }

    [Fact]
    public void Every_byte_of_a_token_counts()
    {
        var token = _smith.Sign(TokenSmith.Claims(), "ES256");
        for (var at = 0; at < token.Length; at++)
        {
            var changed = token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
            Assert.NotNull(TokenSmith.Check(changed, _smith.Keys));
        }
    }

    [Fact]
    public void A_key_is_the_one_that_the_token_names_and_for_its_algorithm()
    {
        var token = _smith.Sign(TokenSmith.Claims());
        Assert.Equal(IdTokenFault.UnknownKey, TokenSmith.Check(_smith.Sign(TokenSmith.Claims(), header: header => header["kid"] = "gone"), _smith.Keys));
        Assert.Equal(IdTokenFault.UnknownKey, TokenSmith.Check(_smith.Sign(TokenSmith.Claims(), header: header => header["kid"] = "ec"), _smith.Keys));
        Assert.Null(TokenSmith.Check(_smith.Sign(TokenSmith.Claims(), header: header => header.Remove("kid")), _smith.Keys));
        var forPs256 = _smith.RsaKey();
        forPs256["alg"] = "PS256";
        Assert.Equal(IdTokenFault.UnknownKey, TokenSmith.Check(token, TokenSmith.Read(forPs256)));
        var forEncryption = _smith.RsaKey();
        forEncryption["use"] = "enc";
        Assert.Empty(TokenSmith.Read(forEncryption));
        var forSigning = _smith.RsaKey();
        forSigning["key_ops"] = new JsonArray("sign");
        Assert.Empty(TokenSmith.Read(forSigning));
    }

    [Fact]
    public void Keys_that_are_weak_or_broken_are_left_out()
    {
        using var weak = System.Security.Cryptography.RSA.Create(1_024);
        var key = _smith.RsaKey();
        key["n"] = System.Buffers.Text.Base64Url.EncodeToString(weak.ExportParameters(false).Modulus);
        var point = _smith.EcKey();
        point["x"] = point["y"]!.ToString();
        var curve = _smith.EcKey();
        curve["crv"] = "P-384";
        var padded = _smith.RsaKey();
        padded["e"] = "AQAB=";
        var shared = new JsonObject { ["kty"] = "oct", ["k"] = "c2VjcmV0" };
        Assert.Empty(TokenSmith.Read(key, point, curve, padded, shared));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d.e")]
    [InlineData("e30.e30.e30=")]
    [InlineData("e30 .e30.e30")]
    [InlineData("bnVsbA.bnVsbA.e30")]
    [InlineData("W10.W10.e30")]
    public void What_is_no_token_is_refused(string token) => Assert.Equal(IdTokenFault.Malformed, TokenSmith.Check(token, _smith.Keys));

    [Fact]
    public void Names_that_come_twice_extensions_and_sizes_are_refused()
    {
        var claims = TokenSmith.Claims().ToJsonString();
        Assert.Equal(IdTokenFault.Malformed, TokenSmith.Check(_smith.SignText(claims[..^1] + ",\"sub\":\"other\"}"), _smith.Keys));
        Assert.Equal(IdTokenFault.Malformed, TokenSmith.Check(_smith.SignText(claims, change: header => header["crit"] = new JsonArray("exp")), _smith.Keys));
        Assert.Equal(IdTokenFault.Malformed, TokenSmith.Check(_smith.SignText(claims, change: header => header["b64"] = false), _smith.Keys));
        Assert.Equal(IdTokenFault.Malformed, TokenSmith.Check(_smith.SignText(claims[..^1] + $",\"x\":\"{new string('x', 20_000)}\"}}"), _smith.Keys));
        var deep = string.Concat(Enumerable.Repeat("[", 40)) + string.Concat(Enumerable.Repeat("]", 40));
        Assert.Equal(IdTokenFault.Malformed, TokenSmith.Check(_smith.SignText(claims[..^1] + $",\"x\":{deep}}}"), _smith.Keys));
    }
}
