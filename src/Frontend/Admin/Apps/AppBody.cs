using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Configurations;

namespace Mdm.Fleet.Frontend.Admin.Apps;

/// <summary>
/// What an admin says of an app. One that is not required is offered to the person, who installs it or not. Versions: others than the
/// manifest's, for those whom their distribution reaches; the first that does goes.
/// </summary>
public sealed record AppBody(
    string Name,
    string BundleId,
    string ManifestUrl,
    string? Id = null,
    DistributionBody? Distribution = null,
    bool Required = true,
    bool Enabled = true,
    IReadOnlyList<AppVersionBody>? Versions = null)
{
    private const int VersionsMax = 20;
    private const int VersionLengthMax = 64;

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
        if (!IsAddress(ManifestUrl))
            yield return ("manifestUrl", "The manifest's address is absolute and starts with https://: devices take no other.");
        if (Versions?.Count > VersionsMax)
            yield return ("versions", $"An app has at most {VersionsMax} versions besides the one for everyone else.");
        for (var i = 0; i < Versions?.Count; i++)
        {
            if (Versions[i] is null)
                yield return ($"versions[{i}]", "A version is an object.");
            if (Versions[i] is { ManifestUrl: var url } && !IsAddress(url))
                yield return ($"versions[{i}].manifestUrl", "The manifest's address is absolute and starts with https://: devices take no other.");
            if (Versions[i] is { Version.Length: 0 or > VersionLengthMax })
                yield return ($"versions[{i}].version", $"A version is named by 1 to {VersionLengthMax} characters.");
        }
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && text.Length <= UrlLengthMax;
}

/// <summary>A version of an app for some.</summary>
public sealed record AppVersionBody(string Version, string ManifestUrl, DistributionBody Distribution);

/// <summary>An app as it is shown.</summary>
public sealed record AppObject(
    string Id,
    string Name,
    string BundleId,
    string ManifestUrl,
    bool Required,
    bool Enabled,
    DistributionBody Distribution,
    IReadOnlyList<AppVersionBody> Versions,
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
        [.. view.Spec.Versions.Select(version => new AppVersionBody(version.Version, version.ManifestUrl, DistributionBody.Of(version.For, catalog)))],
        view.Published,
        view.Revision,
        view.Etag);
}
