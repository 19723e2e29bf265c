using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Grains.Configurations;

namespace Mdm.Fleet.Frontend.Admin.Configurations;

/// <summary>What an admin says of a configuration. Id: only when it is made, and made of the name where it is missing.</summary>
public sealed record ConfigurationBody(string Name, ConfigurationContent Content, string? Id = null, DistributionBody? Distribution = null, bool Enabled = true)
{
    /// <summary>1 goes before 1000 where two configurations exclude each other.</summary>
    public int Priority { get; init; } = Item.PriorityDefault;
}

/// <summary>A configuration as it is shown: its content has no password, but <c>hasPassword</c> where there can be one.</summary>
public sealed record ConfigurationObject(
    string Id,
    string Name,
    JsonObject Content,
    DistributionBody Distribution,
    bool Enabled,
    int Priority,
    bool BuiltIn,
    bool Published,
    string Revision,
    IReadOnlyList<Warning> Warnings,
    string Etag)
{
    public static ConfigurationObject Of(ConfigurationView view, CatalogSnapshot catalog) => new(
        view.Id.Value,
        view.Spec.Name,
        WriteOnly.Show(Substitution.Shown(view.Spec.Content!, catalog.Compiled.Attributes)),
        DistributionBody.Of(view.Spec.Distribution, catalog),
        view.Spec.Enabled,
        view.Spec.Priority,
        view.BuiltIn,
        view.Published,
        view.Revision,
        Warning.Of(view.BuiltIn, view.Spec.Distribution, catalog),
        view.Etag);
}
