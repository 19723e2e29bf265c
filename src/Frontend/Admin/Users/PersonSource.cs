using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.IdentityProviders;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Users;

/// <summary>Who verifies a person: a password here, or an identity provider that is known.</summary>
internal static class PersonSource
{
    /// <summary>The provider that the body names, or the one there is; null = local.</summary>
    /// <exception cref="RefusalException">No such provider, or a password for a person of one.</exception>
    public static async Task<IdentityProviderId?> CheckAsync(UserBody body, IdentityProviderId? now, IGrainFactory grains)
    {
        var source = body.Source switch
        {
            null => now,
            IdentityProviderId.Local => null,
            var text when IdentityProviderId.TryParse(text, out var id) && (id == now || await grains.GetGrain<IIdentityProvider>(id.Value).View() is not null) => id,
            _ => throw RefusalException.Field("source", "source is local, or the id of an identity provider."),
        };
        return source is null || body.Password is null
            ? source
            : throw RefusalException.Field("password", "An identity provider verifies this person: they have no password here.");
    }
}
