using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mdm.Fleet.Domain.IdentityProviders;

namespace Mdm.Fleet.Outbound.Oidc;

/// <summary>The address that asks a provider to let a person prove who they are, now and whatever session it has (MU-09).</summary>
internal static class AuthorizationRequest
{
    public static Uri Of(Uri endpoint, ProviderSettings provider, ProviderFlow flow, string? loginHint)
    {
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(flow.Verifier)));
        List<(string Name, string Value)> query =
        [
            ("response_type", "code"),
            ("client_id", provider.ClientId),
            ("redirect_uri", flow.RedirectUri.AbsoluteUri),
            ("scope", string.Join(' ', provider.Scopes)),
            ("state", flow.State),
            ("nonce", flow.Nonce),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
            ("prompt", "login"),
            ("max_age", "0"),
        ];
        if (loginHint is not null)
            query.Add(("login_hint", loginHint));
        var text = string.Join('&', query.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
        return new Uri($"{endpoint.AbsoluteUri}{(endpoint.Query.Length == 0 ? "?" : "&")}{text}");
    }
}
