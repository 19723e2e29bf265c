using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Policies;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Configurations;

namespace Mdm.Fleet.Frontend.Admin.Policies;

/// <summary>What an admin says of a policy. Id: only when it is made, and made of the name where it is missing.</summary>
public sealed record PolicyBody(
    string Name, ImmutableArray<PolicyRule> Rules, string? Id = null, DistributionBody? Distribution = null, bool Enabled = true)
{
    /// <exception cref="RefusalException">A field that no device can be judged by.</exception>
    public PolicyBody Check()
    {
        var name = Names.Check(Name);
        return RefusalException.Fields(PolicyCheck.Check(new Policy(Rules))) is { } refused ? throw refused : this with { Name = name };
    }
}

/// <summary>A policy as it is shown.</summary>
public sealed record PolicyObject(
    string Id,
    string Name,
    ImmutableArray<PolicyRule> Rules,
    bool Enabled,
    DistributionBody Distribution,
    bool Published,
    string Revision,
    string Etag)
{
    public static PolicyObject Of(ConfigurationView view, CatalogSnapshot catalog) => new(
        view.Id.Value,
        view.Spec.Name,
        ((Policy)view.Spec.Content!).Rules,
        view.Spec.Enabled,
        DistributionBody.Of(view.Spec.Distribution, catalog),
        view.Published,
        view.Revision,
        view.Etag);
}
