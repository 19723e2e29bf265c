using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Grains.Configurations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mdm.Fleet.Frontend.Admin.Apps;

/// <summary>Managed apps: a bundle identifier and the address of a manifest, which devices fetch and this server does not.</summary>
internal static class AppEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var apps = api.MapGroup("/apps").WithTags("Apps").Needs(Right.ReadFleet, Right.EditModel);
        apps.MapGet("", ListAsync).WithSummary("Apps, searched by q");
        apps.MapPost("", CreateAsync).Accepts<AppBody>("application/json").TakesIdempotencyKey().WithSummary("Add an app");
        apps.MapGet("/{id}", ShowAsync).WithSummary("One app");
        apps.MapPut("/{id}", UpdateAsync).Accepts<AppBody>("application/json").WithSummary("Change an app");
        apps.MapDelete("/{id}", DeleteAsync).WithSummary("Delete an app");
        apps.MapPut("/{id}/distribution", DistributeAsync).Accepts<DistributionBody>("application/json").WithSummary("Say who gets an app");
    }

    private static async Task<Ok<Listed<JsonObject>>> ListAsync(
        ItemDesk desk, int? limit, string? cursor, string? q, CancellationToken cancellationToken) =>
        TypedResults.Ok(await desk.ListAsync(ItemFamily.App, limit, cursor, q, cancellationToken));

    /// <summary>An app that is to be added, checked.</summary>
    internal static async Task<NewItem> ReadNewAsync(HttpContext http, CatalogSnapshot catalog)
    {
        var body = (await Body.ReadAsync<AppBody>(http)).Check();
        if (catalog.Items.Any(item => item.Delivery is Delivery.ManagedApp app && app.BundleId == body.BundleId))
            throw RefusalException.Conflict("bundle-id-taken", "Another app has this bundle identifier; devices could not tell the two apart.");
        return new NewItem(body.Id, Spec(body, body.Distribution?.Check(catalog) ?? new Distribution.None(), VersionsOf(body, catalog) ?? []));
    }

    private static async Task<Created<AppObject>> CreateAsync(HttpContext http, ItemDesk desk)
    {
        var id = await desk.CreateAsync(http, await ReadNewAsync(http, await desk.CatalogAsync()));
        return TypedResults.Created($"/api/v1/apps/{id}", await PresentAsync(http, desk, await desk.ViewAsync(id, ItemFamily.App)));
    }

    private static async Task<Ok<AppObject>> ShowAsync(HttpContext http, ItemDesk desk, string id) =>
        TypedResults.Ok(await PresentAsync(http, desk, await desk.ViewAsync(id, ItemFamily.App)));

    private static async Task<Ok<AppObject>> UpdateAsync(HttpContext http, ItemDesk desk, string id)
    {
        var body = (await Body.ReadAsync<AppBody>(http)).Check();
        var catalog = await desk.CatalogAsync();
        var (distribution, versions) = (body.Distribution?.Check(catalog), VersionsOf(body, catalog));
        var view = await desk.UpdateAsync(http, id, ItemFamily.App, current => Spec(body, distribution ?? current.Spec.Distribution, versions ?? current.Spec.Versions));
        return TypedResults.Ok(await PresentAsync(http, desk, view));
    }

    private static async Task<Ok<AppObject>> DistributeAsync(HttpContext http, ItemDesk desk, string id)
    {
        var body = await Body.ReadAsync<DistributionBody>(http);
        return TypedResults.Ok(await PresentAsync(http, desk, await desk.DistributeAsync(http, id, ItemFamily.App, body)));
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, ItemDesk desk, string id)
    {
        await desk.DeleteAsync(http, id, ItemFamily.App);
        return TypedResults.NoContent();
    }

    private static ConfigurationSpec Spec(AppBody body, Distribution distribution, ImmutableArray<AppVersion> versions) =>
        new(body.Name, null, new AppContent(body.BundleId, body.ManifestUrl), distribution, body.Enabled, body.Required) { Versions = versions };

    /// <summary>An app with another manifest or other versions, checked as a save would do it; null = as they are.</summary>
    internal static ConfigurationSpec With(ConfigurationSpec app, string? manifestUrl, IReadOnlyList<AppVersionBody>? versions, CatalogSnapshot catalog)
    {
        var body = new AppBody(app.Name, app.App!.BundleId, manifestUrl ?? app.App.ManifestUrl, Versions: versions).Check();
        return app with { App = app.App with { ManifestUrl = body.ManifestUrl }, Versions = VersionsOf(body, catalog) ?? app.Versions };
    }

    /// <summary>Null = as they are.</summary>
    private static ImmutableArray<AppVersion>? VersionsOf(AppBody body, CatalogSnapshot catalog) => body.Versions is { } versions
        ? [.. versions.Select(version => new AppVersion(version.Version, version.ManifestUrl, version.Distribution.Check(catalog)))]
        : null;

    private static async Task<AppObject> PresentAsync(HttpContext http, ItemDesk desk, ConfigurationView view)
    {
        Etags.Show(http, view.Etag);
        return AppObject.Of(view, await desk.CatalogAsync());
    }
}
