using System.Collections.Immutable;

namespace Mdm.Fleet.Domain.IdentityProviders;

/// <summary>
/// Speaks OpenID Connect with any identity provider; the process boundary to it. Failures are results, never exceptions. Safe for any
/// number of callers.
/// </summary>
public interface IIdentityProviderClient
{
    /// <summary>Where to send a browser so that the person proves who they are, anew (MU-09). Hint: the name they typed.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<ProviderAddress> AddressAsync(ProviderSettings provider, ProviderFlow flow, string? loginHint, CancellationToken cancellationToken = default);

    /// <summary>Takes what the browser brought back and checks all of it.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<ProviderVerdict> RedeemAsync(ProviderSettings provider, ProviderFlow flow, ProviderAnswer answer, CancellationToken cancellationToken = default);

    /// <summary>Fetches what the provider says of itself and its keys; answers what is wrong, nothing = it can be used.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<ImmutableArray<string>> TestAsync(ProviderSettings provider, CancellationToken cancellationToken = default);
}

/// <summary>Where to send a browser; null = nowhere, and the fault says why.</summary>
public sealed record ProviderAddress(Uri? Url, string Fault = "");

/// <summary>What an answer of a provider is worth. Reasons are for admins' eyes and hold no secret. A closed family.</summary>
public abstract record ProviderVerdict
{
    private ProviderVerdict()
    {
    }

    public sealed record Verified(VerifiedPerson Person) : ProviderVerdict;

    /// <summary>Genuine, but of another flow or of an earlier sign-in: the person has to prove themselves now.</summary>
    public sealed record Stale(string Reason) : ProviderVerdict;

    /// <summary>Not to be trusted, or not to be had.</summary>
    public sealed record Failed(string Reason) : ProviderVerdict;
}
