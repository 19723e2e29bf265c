using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.IdentityProviders;

namespace Mdm.Fleet.Outbound.Oidc;

/// <summary>What a provider says of itself (OpenID Connect Discovery 1.0, section 3), as far as it matters here.</summary>
internal sealed record ProviderMetadata(
    string Issuer,
    Uri Authorization,
    Uri Token,
    Uri Keys,
    Uri? UserInfo,
    bool TellsIssuer,
    ImmutableArray<string> TokenAuthentication,
    ImmutableArray<string> ChallengeMethods,
    ImmutableArray<string> Algorithms,
    ImmutableArray<string> Scopes)
{
    public static Uri AddressOf(string issuer) => new(issuer.TrimEnd('/') + "/.well-known/openid-configuration");

    /// <exception cref="OidcFaultException">Another issuer's, or something that is needed is missing or not allowed.</exception>
    public static ProviderMetadata Read(JsonElement json, string issuer)
    {
        var told = json.TextOf("issuer");
        if (told != issuer)
            throw new OidcFaultException($"The discovery document is of the issuer \"{told}\", not \"{issuer}\".");
        return new ProviderMetadata(
            issuer,
            Address(json, "authorization_endpoint", issuer),
            Address(json, "token_endpoint", issuer),
            Address(json, "jwks_uri", issuer),
            json.TextOf("userinfo_endpoint") is null ? null : Address(json, "userinfo_endpoint", issuer),
            json.IsTrue("authorization_response_iss_parameter_supported"),
            json.TextsOf("token_endpoint_auth_methods_supported"),
            json.TextsOf("code_challenge_methods_supported"),
            json.TextsOf("id_token_signing_alg_values_supported"),
            json.TextsOf("scopes_supported"));
    }

    /// <summary>How the client proves itself at the token endpoint; null = in no way that it can. Where nothing is said it is basic.</summary>
    public string? TokenAuthenticationOf(ProviderSettings settings)
    {
        string[] known = settings.ClientSecret is null ? ["none"] : ["client_secret_basic", "client_secret_post"];
        return TokenAuthentication.IsDefault || settings.ClientSecret is null ? known[0] : known.FirstOrDefault(TokenAuthentication.Contains);
    }

    /// <summary>What keeps this client from using the provider. What a provider does not say is not held against it.</summary>
    public IEnumerable<string> ProblemsFor(ProviderSettings settings)
    {
        if (!Algorithms.IsDefault && !Algorithms.Any(SigningKey.Algorithms.Contains))
            yield return $"It signs ID tokens with {string.Join(", ", Algorithms)}; {string.Join(", ", SigningKey.Algorithms)} are accepted.";
        if (!ChallengeMethods.IsDefault && !ChallengeMethods.Contains("S256"))
            yield return "It does not support PKCE with S256.";
        if (TokenAuthenticationOf(settings) is null)
            yield return $"It takes clients by {string.Join(", ", TokenAuthentication)}; client_secret_basic and client_secret_post are known here.";
        if (settings.ClientSecret is null && !TokenAuthentication.IsDefault && !TokenAuthentication.Contains("none"))
            yield return "It takes no public clients: a client secret is needed.";
        if (!Scopes.IsDefault && settings.Scopes.Except(Scopes).ToList() is { Count: > 0 } missing)
            yield return $"It does not know the scopes {string.Join(", ", missing)}.";
    }

    private static Uri Address(JsonElement json, string name, string issuer) =>
        IssuerAddress.IsAllowed(json.TextOf(name), issuer, out var url)
            ? url
            : throw new OidcFaultException($"{name} of the discovery document is missing or not an https address.");
}
