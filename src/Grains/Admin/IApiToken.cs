using Orleans;

namespace Mdm.Fleet.Grains.Admin;

/// <summary>A bearer token of the admin API; the key is its SHA-256 in lower-case hex.</summary>
[Alias("apiToken")]
public interface IApiToken : IGrainWithStringKey
{
    /// <summary>Makes a token without an end. False = it exists already.</summary>
    Task<bool> Create(string name, string role);

    /// <summary>False = it exists already. Called by <see cref="IApiTokens"/>, which knows whether the name is free.</summary>
    Task<bool> Make(ApiTokenSpec spec, string by);

    /// <summary>Null = there is no such token. One that is revoked or at its end is shown too.</summary>
    Task<ApiTokenView?> View();

    /// <summary>Ends it. Called by <see cref="IApiTokens"/> alone, which knows whether it may.</summary>
    Task Revoke(string by);
}

/// <summary>All tokens of the admin API, for what can't be decided by one of them. Key: <see cref="Key"/>.</summary>
[Alias("apiTokens")]
public interface IApiTokens : IGrainWithStringKey
{
    const string Key = "all";

    /// <summary>Makes a token by its hash. False = a token that is valid has the name, whatever its letters' case: the audit tells admins by it.</summary>
    Task<bool> Make(string token, ApiTokenSpec spec, string by);

    /// <summary>
    /// Ends a token. Two owners can't end each other's: of the owner tokens that are valid without an end, one always stays.
    /// </summary>
    Task<RevokeResult> Revoke(string token, string by);
}

/// <summary>What an owner says of a token. Expires null = without an end.</summary>
[GenerateSerializer, Immutable, Alias("apiToken.spec")]
public sealed record ApiTokenSpec(
    [property: Id(0)] string Name,
    [property: Id(1)] string Role,
    [property: Id(2)] DateTimeOffset? ExpiresAt);

/// <summary>A token as it is known, without the token itself. Id: what lists and addresses call it.</summary>
[GenerateSerializer, Immutable, Alias("apiToken.view")]
public sealed record ApiTokenView(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Role,
    [property: Id(3)] DateTimeOffset? ExpiresAt,
    [property: Id(4)] DateTimeOffset? CreatedAt,
    [property: Id(5)] bool Revoked)
{
    public bool IsValid(DateTimeOffset now) => !Revoked && !(ExpiresAt <= now);
}

public enum RevokeResult
{
    Done,
    NotFound,

    /// <summary>It is the last owner token without an end: nobody could manage tokens any more.</summary>
    LastOwner,
}
