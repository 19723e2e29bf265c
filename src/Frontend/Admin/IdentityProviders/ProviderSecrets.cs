using System.Text;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Grains.IdentityProviders;
using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Frontend.Admin.IdentityProviders;

/// <summary>Client secrets are stored sealed, each under its provider's id.</summary>
internal static class ProviderSecrets
{
    public static ReadOnlyMemory<byte> SealSecret(this SecretBox box, IdentityProviderId id, string secret) => box.Seal(Encoding.UTF8.GetBytes(secret), NameOf(id));

    /// <summary>What a client needs to speak with the provider.</summary>
    /// <exception cref="SecretUnreadableException">The secret was sealed by another key.</exception>
    public static ProviderSettings OpenSettings(this SecretBox box, IdentityProviderView view)
    {
        var spec = view.Spec;
        var secret = spec.SealedSecret.IsEmpty ? null : Encoding.UTF8.GetString(box.Open(spec.SealedSecret.Span, NameOf(view.Id)));
        return new ProviderSettings(spec.Issuer, spec.ClientId, secret, spec.Scopes, spec.UserNameClaim, spec.TrustsEmail);
    }

    private static string NameOf(IdentityProviderId id) => $"{IdentityProviderRecord.Kind}/{id}";
}
