using System.Diagnostics.CodeAnalysis;

namespace Mdm.Fleet.Domain.IdentityProviders;

/// <summary>Where an identity provider may be: at https, or at http on this machine alone, and then wholly.</summary>
public static class IssuerAddress
{
    public static bool IsAllowed([NotNullWhen(true)] string? issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var url) && IsHttp(url) && url.Query.Length == 0 && !issuer!.Contains('?', StringComparison.Ordinal);

    /// <summary>An address that a provider names of itself: at http only where its issuer is, on this machine.</summary>
    public static bool IsAllowed([NotNullWhen(true)] string? address, string issuer, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(address, UriKind.Absolute, out url) && IsHttp(url)
        && (url.Scheme == Uri.UriSchemeHttps || issuer.StartsWith("http://", StringComparison.OrdinalIgnoreCase));

    private static bool IsHttp(Uri url) =>
        url.UserInfo.Length == 0 && url.Fragment.Length == 0 && !url.OriginalString.Contains('#', StringComparison.Ordinal)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
}
