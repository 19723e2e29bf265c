using System.Collections.Immutable;
using System.Text;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.IdentityProviders;
using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Frontend.Admin.IdentityProviders;

/// <summary>
/// What an admin says of an identity provider. Client secret: write only; null = as it is, empty = none (a public client). Scopes null =
/// openid profile email. TrustsEmail: with the claim email, addresses count that the provider does not call verified.
/// </summary>
public sealed record IdentityProviderBody(
    string Name,
    string Issuer,
    string ClientId,
    string? Id = null,
    string? ClientSecret = null,
    IReadOnlyList<string>? Scopes = null,
    string UserNameClaim = "preferred_username",
    bool CreateUsers = false,
    bool Enabled = true,
    bool TrustsEmail = false)
{
    private const int TextLengthMax = 512;
    private const int ScopesMax = 16;

    private static readonly ImmutableArray<string> UsualScopes = [ProviderSettings.OpenId, "profile", "email"];

    /// <exception cref="RefusalException">Some fields are wrong; all are named.</exception>
    public IdentityProviderSpec Check(IdentityProviderId id, SecretBox box, IdentityProviderSpec? now = null)
    {
        var name = Names.Check(Name);
        if (RefusalException.Fields(Problems()) is { } refused)
            throw refused;
        var secret = ClientSecret switch
        {
            null => Kept(now),
            "" => default,
            _ => box.SealSecret(id, ClientSecret),
        };
        return new IdentityProviderSpec(
            name, Issuer, ClientId, secret, Scopes is null ? UsualScopes : [.. Scopes.Distinct(StringComparer.Ordinal)], ClaimNames.Parse(UserNameClaim)!.Value, CreateUsers, Enabled, TrustsEmail);
    }

    /// <summary>A stored secret never goes to an issuer that it was not given for.</summary>
    private ReadOnlyMemory<byte> Kept(IdentityProviderSpec? now) => now is null || now.SealedSecret.IsEmpty || now.Issuer == Issuer
        ? now?.SealedSecret ?? default
        : throw RefusalException.Field("clientSecret", "Give the client secret: the stored one is for another issuer.", "secret-needed");

    private IEnumerable<(string Field, string Message)> Problems()
    {
        if (Issuer.Length > TextLengthMax || !IssuerAddress.IsAllowed(Issuer))
            yield return ("issuer", "issuer is an https address without query or fragment (http for a provider on this machine alone).");
        if (ClientId.Length is 0 or > TextLengthMax || !IsVisible(ClientId))
            yield return ("clientId", $"clientId is 1 to {TextLengthMax} visible ASCII characters.");
        if (ClientSecret?.Length > TextLengthMax || (ClientSecret is not null && !IsVisible(ClientSecret)))
            yield return ("clientSecret", $"clientSecret is at most {TextLengthMax} visible ASCII characters.");
        if (Scopes is not null && (Scopes.Count > ScopesMax || !Scopes.Contains(ProviderSettings.OpenId) || !Scopes.All(scope => scope is { Length: > 0 and <= 128 } && IsVisible(scope) && !scope.Contains(' ', StringComparison.Ordinal))))
            yield return ("scopes", $"scopes are at most {ScopesMax} words, and openid is one of them.");
        if (ClaimNames.Parse(UserNameClaim) is null)
            yield return ("userNameClaim", "userNameClaim is preferred_username, email, upn or sub.");
    }

    private static bool IsVisible(string text) => Ascii.IsValid(text) && !text.Any(char.IsControl);
}

/// <summary>An identity provider as shown. Redirect URI: what to register there; null = the server was started without --public-url.</summary>
public sealed record IdentityProviderObject(
    string Id,
    string Name,
    string Issuer,
    string ClientId,
    bool HasClientSecret,
    IReadOnlyList<string> Scopes,
    string UserNameClaim,
    bool CreateUsers,
    bool Enabled,
    Uri? RedirectUri,
    string Etag,
    bool TrustsEmail = false)
{
    public static IdentityProviderObject Of(IdentityProviderView view, Uri? redirectUri) => new(
        view.Id.Value,
        view.Spec.Name,
        view.Spec.Issuer,
        view.Spec.ClientId,
        !view.Spec.SealedSecret.IsEmpty,
        view.Spec.Scopes,
        ClaimNames.Of(view.Spec.UserNameClaim),
        view.Spec.CreateUsers,
        view.Spec.Enabled,
        redirectUri,
        view.Etag,
        view.Spec.TrustsEmail);
}

/// <summary>What a test of a provider found; nothing = it can be used.</summary>
public sealed record IdentityProviderTest(bool Usable, IReadOnlyList<string> Problems);
