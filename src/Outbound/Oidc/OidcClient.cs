using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mdm.Fleet.Domain.IdentityProviders;

namespace Mdm.Fleet.Outbound.Oidc;

/// <summary>
/// The authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9207), strict and no more than that. The person has to
/// prove who they are at each sign-in: it is asked for, and checked.
/// </summary>
public sealed class OidcClient : IIdentityProviderClient, IDisposable
{
    private const string EmailVerified = "email_verified";

    private readonly OidcHttp _http;
    private readonly ProviderDocuments _documents;
    private readonly TimeProvider _time;

    public OidcClient(OidcOptions options, TimeProvider time)
    {
        _http = new OidcHttp(options, time);
        _documents = new ProviderDocuments(_http, options, time);
        _time = time;
    }

    public async Task<ProviderAddress> AddressAsync(ProviderSettings provider, ProviderFlow flow, string? loginHint, CancellationToken cancellationToken = default)
    {
        try
        {
            var metadata = await _documents.MetadataAsync(provider.Issuer, cancellationToken);
            return new ProviderAddress(AuthorizationRequest.Of(metadata.Authorization, provider, flow, loginHint));
        }
        catch (OidcFaultException fault)
        {
            return new ProviderAddress(null, fault.Message);
        }
    }

    public async Task<ProviderVerdict> RedeemAsync(ProviderSettings provider, ProviderFlow flow, ProviderAnswer answer, CancellationToken cancellationToken = default)
    {
        try
        {
            var metadata = await _documents.MetadataAsync(provider.Issuer, cancellationToken);
            if (answer.Issuer is { } issuer ? issuer != provider.Issuer : metadata.TellsIssuer)
                return new ProviderVerdict.Failed("the answer is of another issuer, or does not name it");
            var tokens = await ExchangeAsync(metadata, provider, flow, answer.Code, cancellationToken);
            if (tokens.TextOf("id_token") is not { } idToken)
                return new ProviderVerdict.Failed("the token endpoint answers no ID token");
            var token = await CheckAsync(idToken, provider, flow, cancellationToken);
            return token.Fault switch
            {
                null => await PersonAsync(metadata, provider, token.Claims, tokens, cancellationToken),
                IdTokenFault.Nonce or IdTokenFault.NoAuthenticationTime or IdTokenFault.StaleAuthentication => new ProviderVerdict.Stale($"the ID token: {token.Fault}"),
                _ => new ProviderVerdict.Failed($"the ID token: {token.Fault}"),
            };
        }
        catch (OidcFaultException fault)
        {
            return new ProviderVerdict.Failed(fault.Message);
        }
    }

    public async Task<ImmutableArray<string>> TestAsync(ProviderSettings provider, CancellationToken cancellationToken = default)
    {
        try
        {
            var documents = await _documents.RenewAsync(provider.Issuer, cancellationToken);
            var problems = documents.Metadata.ProblemsFor(provider).ToImmutableArray();
            return documents.Keys.Any(key => SigningKey.Algorithms.Any(key.Fits)) ? problems : problems.Add("Its key set holds no key for RS256, PS256 or ES256.");
        }
        catch (OidcFaultException fault)
        {
            return [fault.Message];
        }
    }

    public void Dispose() => _http.Dispose();

    private Task<JsonElement> ExchangeAsync(ProviderMetadata metadata, ProviderSettings provider, ProviderFlow flow, string code, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = flow.RedirectUri.AbsoluteUri,
            ["code_verifier"] = flow.Verifier,
        };
        var request = new HttpRequestMessage(HttpMethod.Post, metadata.Token);
        switch (metadata.TokenAuthenticationOf(provider))
        {
            case "client_secret_basic":
                var pair = $"{FormEncoded(provider.ClientId)}:{FormEncoded(provider.ClientSecret!)}";
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
                break;
            case "client_secret_post":
                form["client_id"] = provider.ClientId;
                form["client_secret"] = provider.ClientSecret!;
                break;
            case "none":
                form["client_id"] = provider.ClientId;
                break;
            default:
                request.Dispose();
                throw new OidcFaultException("The provider takes this client in no way that is known here.");
        }

        request.Content = new FormUrlEncodedContent(form);
        return _http.SendAsync(request, cancellationToken);
    }

    private async Task<IdTokenResult> CheckAsync(string idToken, ProviderSettings provider, ProviderFlow flow, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow(); // when the token came, not when the keys did
        var expected = new IdTokenExpectation(provider.Issuer, provider.ClientId, flow.Nonce, flow.StartedAt);
        var keys = await _documents.KeysAsync(
            provider.Issuer, keys => IdToken.Check(idToken, keys, expected, now).Fault != IdTokenFault.UnknownKey, cancellationToken);
        return IdToken.Check(idToken, keys, expected, now);
    }

    /// <summary>Claims that the ID token leaves out come from the UserInfo endpoint, of the same subject.</summary>
    private async Task<ProviderVerdict> PersonAsync(
        ProviderMetadata metadata, ProviderSettings provider, JsonElement claims, JsonElement tokens, CancellationToken cancellationToken)
    {
        var subject = claims.TextOf("sub")!;
        var named = ClaimNames.Of(provider.UserNameClaim);
        if ((claims.TextOf(named) is null || Unsaid(provider, claims)) && metadata.UserInfo is { } address && tokens.TextOf("access_token") is { } access)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access);
            claims = await _http.SendAsync(request, cancellationToken);
            if (claims.TextOf("sub") != subject)
                return new ProviderVerdict.Failed("UserInfo is of another subject");
        }

        if (claims.TextOf(named) is not { Length: > 0 } userName)
            return new ProviderVerdict.Failed($"the provider does not tell the claim {named}");
        if (provider.UserNameClaim == UserNameClaim.Email && !claims.IsTrue(EmailVerified) && (!provider.TrustsEmail || claims.TryGetProperty(EmailVerified, out _)))
            return new ProviderVerdict.Failed("the e-mail address is not verified");
        return new ProviderVerdict.Verified(new VerifiedPerson(subject, userName, claims.TextOf("name"), claims.TextOf("email")));
    }

    /// <summary>Whether the claims leave open if the address is verified, and it matters.</summary>
    private static bool Unsaid(ProviderSettings provider, JsonElement claims) =>
        provider is { UserNameClaim: UserNameClaim.Email, TrustsEmail: false } && !claims.TryGetProperty(EmailVerified, out _);

    /// <summary>RFC 6749, section 2.3.1: encoded as a form's value before it is encoded in base64.</summary>
    private static string FormEncoded(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
