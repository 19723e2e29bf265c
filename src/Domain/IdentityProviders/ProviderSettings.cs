using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.IdentityProviders;

/// <summary>Which claim of an identity provider is the user name here.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UserNameClaim>))]
public enum UserNameClaim
{
    PreferredUsername,
    Email,
    Upn,
    Sub,
}

/// <summary>
/// How this server is known to an identity provider. A client without a secret is a public one. TrustsEmail: e-mail addresses count that it
/// does not call verified, as its administrators alone set them.
/// </summary>
public sealed record ProviderSettings(
    string Issuer, string ClientId, string? ClientSecret, ImmutableArray<string> Scopes, UserNameClaim UserNameClaim, bool TrustsEmail = false)
{
    /// <summary>The scope that makes a request one of OpenID Connect.</summary>
    public const string OpenId = "openid";

    /// <summary>A log line never shows the secret.</summary>
    public override string ToString() => $"{ClientId} at {Issuer}";
}

/// <summary>One person's way to the provider and back: what is told to the provider, and what its answer must fit.</summary>
/// <param name="State">Comes back with the answer.</param>
/// <param name="Nonce">Comes back in the ID token.</param>
/// <param name="Verifier">The secret of PKCE (RFC 7636).</param>
/// <param name="StartedAt">By this server's clock: who proved themselves before it has not done so in this flow.</param>
public sealed record ProviderFlow(string State, string Nonce, string Verifier, DateTimeOffset StartedAt, Uri RedirectUri)
{
    public override string ToString() => $"flow of {StartedAt:O}";
}

/// <summary>What the browser brought back from the provider. Issuer: RFC 9207, where it was told.</summary>
public sealed record ProviderAnswer(string Code, string? Issuer)
{
    public override string ToString() => "answer of an identity provider";
}

/// <summary>Whom the provider vouches for. The subject is its own id of the person, which never changes; the user name is the claim that the settings name, as the provider wrote it.</summary>
public sealed record VerifiedPerson(string Subject, string UserName, string? DisplayName, string? Email);
