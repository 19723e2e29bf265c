using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Configurations;

namespace Mdm.Fleet.Frontend.Admin.Apps;

/// <summary>What an admin says of an app. One that is not required does not keep a person from being ready.</summary>
public sealed record AppBody(
    string Name,
    string BundleId,
    string ManifestUrl,
    string? Id = null,
    DistributionBody? Distribution = null,
    bool Required = true,
    bool Enabled = true)
{
    private const int BundleIdLengthMax = 155;
    private const int UrlLengthMax = 2048;

    /// <exception cref="RefusalException">A field that no device would take.</exception>
    public AppBody Check()
    {
        var name = Names.Check(Name);
        return RefusalException.Fields(Problems()) is { } refused ? throw refused : this with { Name = name };
    }

    private IEnumerable<(string Field, string Message)> Problems()
    {
        if (BundleId.Length is 0 or > BundleIdLengthMax || !BundleId.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            yield return ("bundleId", $"A bundle identifier is 1 to {BundleIdLengthMax} letters, digits, dots and hyphens.");
        if (!Uri.TryCreate(ManifestUrl, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || ManifestUrl.Length > UrlLengthMax)
            yield return ("manifestUrl", "The manifest's address is absolute and starts with https://: devices take no other.");
    }
}

/// <summary>An app as it is shown.</summary>
public sealed record AppObject(
    string Id,
    string Name,
    string BundleId,
    string ManifestUrl,
    bool Required,
    bool Enabled,
    DistributionBody Distribution,
    bool Published,
    string Revision,
    string Etag)
{
    public static AppObject Of(ConfigurationView view, CatalogSnapshot catalog) => new(
        view.Id.Value,
        view.Spec.Name,
        view.Spec.App!.BundleId,
        view.Spec.App.ManifestUrl,
        view.Spec.Required,
        view.Spec.Enabled,
        DistributionBody.Of(view.Spec.Distribution, catalog),
        view.Published,
        view.Revision,
        view.Etag);
}
