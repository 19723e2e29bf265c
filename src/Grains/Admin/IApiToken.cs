using Orleans;

namespace Mdm.Fleet.Grains.Admin;

/// <summary>A bearer token of the admin API; the key is its SHA-256 in lower-case hex.</summary>
[Alias("apiToken")]
public interface IApiToken : IGrainWithStringKey
{
    /// <summary>False = it exists already.</summary>
    Task<bool> Create(string name, string role);

    Task<ApiTokenView?> View();
}

[GenerateSerializer, Immutable, Alias("apiToken.view")]
public sealed record ApiTokenView([property: Id(0)] string Name, [property: Id(1)] string Role);
