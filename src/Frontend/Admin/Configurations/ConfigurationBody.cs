using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Grains.Configurations;

namespace Mdm.Fleet.Frontend.Admin.Configurations;

/// <summary>What an admin says of a configuration. Id: only when it is made, and made of the name where it is missing.</summary>
public sealed record ConfigurationBody(string Name, ConfigurationContent Content, string? Id = null, DistributionBody? Distribution = null, bool Enabled = true);

/// <summary>A configuration as it is shown: its content has no password, but <c>hasPassword</c> where there can be one.</summary>
public sealed record ConfigurationObject(
    string Id,
    string Name,
    JsonObject Content,
    DistributionBody Distribution,
    bool Enabled,
    bool BuiltIn,
    bool Published,
    string Revision,
    IReadOnlyList<Warning> Warnings,
    string Etag)
{
    public static ConfigurationObject Of(ConfigurationView view, CatalogSnapshot catalog) => new(
        view.Id.Value,
        view.Spec.Name,
        WriteOnly.Show(view.Spec.Content!),
        DistributionBody.Of(view.Spec.Distribution, catalog),
        view.Spec.Enabled,
        view.BuiltIn,
        view.Published,
        view.Revision,
        Warning.Of(view.BuiltIn, view.Spec.Distribution, catalog),
        view.Etag);
}
