using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Policies;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Grains.Configurations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mdm.Fleet.Frontend.Admin.Policies;

/// <summary>Policies: typed rules that devices are judged by while the policy reaches them (UG-13).</summary>
internal static class PolicyEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var policies = api.MapGroup("/policies").WithTags("Policies").Needs(Right.ReadFleet, Right.EditModel);
        policies.MapGet("", ListAsync).WithSummary("Policies, searched by q");
        policies.MapPost("", CreateAsync).Accepts<PolicyBody>("application/json").TakesIdempotencyKey().WithSummary("Add a policy");
        policies.MapGet("/{id}", ShowAsync).WithSummary("One policy");
        policies.MapPut("/{id}", UpdateAsync).Accepts<PolicyBody>("application/json").WithSummary("Change a policy");
        policies.MapDelete("/{id}", DeleteAsync).WithSummary("Delete a policy");
        policies.MapPut("/{id}/distribution", DistributeAsync).Accepts<DistributionBody>("application/json").WithSummary("Say who gets a policy");
    }

    private static async Task<Ok<Listed<JsonObject>>> ListAsync(
        ItemDesk desk, int? limit, string? cursor, string? q, CancellationToken cancellationToken) =>
        TypedResults.Ok(await desk.ListAsync(ItemFamily.Policy, limit, cursor, q, cancellationToken));

    /// <summary>A policy that is to be added, checked.</summary>
    internal static async Task<NewItem> ReadNewAsync(HttpContext http, CatalogSnapshot catalog)
    {
        var body = (await Body.ReadAsync<PolicyBody>(http)).Check();
        return new NewItem(body.Id, Spec(body, body.Distribution?.Check(catalog) ?? new Distribution.None()));
    }

    private static async Task<Created<PolicyObject>> CreateAsync(HttpContext http, ItemDesk desk)
    {
        var id = await desk.CreateAsync(http, await ReadNewAsync(http, await desk.CatalogAsync()));
        return TypedResults.Created($"/api/v1/policies/{id}", await PresentAsync(http, desk, await desk.ViewAsync(id, ItemFamily.Policy)));
    }

    private static async Task<Ok<PolicyObject>> ShowAsync(HttpContext http, ItemDesk desk, string id) =>
        TypedResults.Ok(await PresentAsync(http, desk, await desk.ViewAsync(id, ItemFamily.Policy)));

    private static async Task<Ok<PolicyObject>> UpdateAsync(HttpContext http, ItemDesk desk, string id)
    {
        var body = (await Body.ReadAsync<PolicyBody>(http)).Check();
        var distribution = body.Distribution?.Check(await desk.CatalogAsync());
        var view = await desk.UpdateAsync(http, id, ItemFamily.Policy, current => Spec(body, distribution ?? current.Spec.Distribution));
        return TypedResults.Ok(await PresentAsync(http, desk, view));
    }

    private static async Task<Ok<PolicyObject>> DistributeAsync(HttpContext http, ItemDesk desk, string id)
    {
        var body = await Body.ReadAsync<DistributionBody>(http);
        var view = await desk.DistributeAsync(http, id, ItemFamily.Policy, body);
        return TypedResults.Ok(await PresentAsync(http, desk, view));
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, ItemDesk desk, string id)
    {
        await desk.DeleteAsync(http, id, ItemFamily.Policy);
        return TypedResults.NoContent();
    }

    private static ConfigurationSpec Spec(PolicyBody body, Distribution distribution) =>
        new(body.Name, new Policy(body.Rules), null, distribution, body.Enabled, Required: true);

    private static async Task<PolicyObject> PresentAsync(HttpContext http, ItemDesk desk, ConfigurationView view)
    {
        Etags.Show(http, view.Etag);
        return PolicyObject.Of(view, await desk.CatalogAsync());
    }
}
