using System.Collections.Immutable;
using Mdm.Fleet.Domain.IdentityProviders;
using Mdm.Fleet.Grains.Users;
using Orleans;

namespace Mdm.Fleet.Grains.IdentityProviders;

/// <summary>An OpenID Connect provider that verifies people instead of passwords here; the key is its id.</summary>
[Alias("identityProvider")]
public interface IIdentityProvider : IGrainWithStringKey
{
    /// <summary>False = the id is taken, or was.</summary>
    Task<bool> Create(IdentityProviderSpec spec, string by);

    Task<IdentityProviderView?> View();

    /// <summary>Changes the provider; the etag given must be the current one where it is given.</summary>
    Task<IdentityProviderChange> Update(IdentityProviderSpec spec, string? etag, string by);

    /// <summary>Deletes the provider. Its id is not given again: another provider must not come to people of this one.</summary>
    Task<IdentityProviderChange> Delete(string? etag, string by);
}

/// <summary>What an admin says of a provider. The secret is sealed; empty = a public client. CreateUsers: unknown people become known. TrustsEmail: as in ProviderSettings.</summary>
[GenerateSerializer, Immutable, Alias("identityProvider.spec")]
public sealed record IdentityProviderSpec(
    [property: Id(0)] string Name,
    [property: Id(1)] string Issuer,
    [property: Id(2)] string ClientId,
    [property: Id(3)] ReadOnlyMemory<byte> SealedSecret,
    [property: Id(4)] ImmutableArray<string> Scopes,
    [property: Id(5)] UserNameClaim UserNameClaim,
    [property: Id(6)] bool CreateUsers,
    [property: Id(7)] bool Enabled,
    [property: Id(8)] bool TrustsEmail = false);

[GenerateSerializer, Immutable, Alias("identityProvider.view")]
public sealed record IdentityProviderView(
    [property: Id(0)] IdentityProviderId Id,
    [property: Id(1)] IdentityProviderSpec Spec,
    [property: Id(2)] string Etag);

[GenerateSerializer, Immutable, Alias("identityProvider.change")]
public sealed record IdentityProviderChange([property: Id(0)] ChangeResult Result, [property: Id(1)] IdentityProviderView? View);
