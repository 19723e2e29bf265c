using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Frontend.Admin.Previews;
using Mdm.Fleet.Frontend.Admin.Rules;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Groups;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Groups;

/// <summary>Device groups: static ones, which a device keeps whoever holds it, and dynamic ones (UG-03).</summary>
internal static class DeviceGroupEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var groups = api.MapGroup("/device-groups").WithTags("Device groups").Needs(Right.ReadFleet, Right.EditModel);
        groups.MapGet("", ListAsync).WithSummary("Device groups");
        groups.MapPost("", CreateAsync).Accepts<GroupBody>("application/json").TakesIdempotencyKey().WithSummary("Add a device group");
        groups.MapGet("/{id}", ShowAsync).WithSummary("One device group");
        groups.MapPut("/{id}", UpdateAsync).Accepts<GroupBody>("application/json").WithSummary("Rename a device group, or give a dynamic one another rule");
        groups.MapDelete("/{id}", DeleteAsync).WithSummary("Delete a device group");
        groups.MapGet("/{id}/members", MembersAsync).WithSummary("Devices of a device group");
        groups.MapPost("/rules/parse", ParseAsync)
            .Accepts<RuleBody>("application/json")
            .Needs(Right.ReadFleet)
            .WithSummary("A rule of devices, or a filter, in both forms; nothing is stored");
        groups.MapPut("/{id}/members/{deviceId}", JoinAsync).WithSummary("Put a device into a device group");
        groups.MapDelete("/{id}/members/{deviceId}", LeaveAsync).WithSummary("Take a device out of a device group");
    }

    private static async Task<Ok<Listed<RawJson>>> ListAsync(
        DeviceGroupDesk desk, int? limit, string? cursor, string? q, CancellationToken cancellationToken) =>
        TypedResults.Ok(Lists.Show(await desk.ListAsync(limit, Lists.After(cursor), q, cancellationToken)));

    private static async Task<Created<DeviceGroupObject>> CreateAsync(HttpContext http, DeviceGroupDesk desk)
    {
        var view = await desk.CreateAsync(await Body.ReadAsync<GroupBody>(http), Access.Admin.Of(http).Name);
        return TypedResults.Created($"/api/v1/device-groups/{view.Id}", await PresentAsync(http, desk, view));
    }

    private static async Task<Ok<DeviceGroupObject>> ShowAsync(HttpContext http, DeviceGroupDesk desk, string id) =>
        TypedResults.Ok(await PresentAsync(http, desk, await desk.ViewAsync(id)));

    private static async Task<Ok<DeviceGroupObject>> UpdateAsync(HttpContext http, DeviceGroupDesk desk, string id)
    {
        var body = await Body.ReadAsync<GroupBody>(http);
        return TypedResults.Ok(await PresentAsync(http, desk, await desk.UpdateAsync(http, id, body)));
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, DeviceGroupDesk desk, string id)
    {
        await desk.DeleteAsync(http, id);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Listed<RawJson>>> MembersAsync(
        DeviceGroupDesk desk, DynamicMembers members, IRecordStore store, string id, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        var (group, after, rows) = (await desk.ViewAsync(id), Lists.After(cursor), Lists.Limit(limit));
        var page = group.Rule is null
            ? await store.QueryAsync(new IndexQuery("device", Tag: DeviceRecord.DeviceGroupTag(group.Id), After: after, Limit: rows), cancellationToken)
            : await members.DevicesAsync(await desk.CatalogAsync(), group.Id, null, null, after, rows, cancellationToken);
        return TypedResults.Ok(Lists.Show(page));
    }

    private static async Task<Ok<ParsedRule>> ParseAsync(HttpContext http, DeviceGroupDesk desk) =>
        TypedResults.Ok(RuleForms.Look(await Body.ReadAsync<RuleBody>(http), await desk.CatalogAsync(), ofDevices: true));

    private static Task<NoContent> JoinAsync(HttpContext http, DeviceGroupDesk desk, IGrainFactory grains, string id, string deviceId) =>
        SetAsync(http, desk, grains, id, deviceId, member: true);

    private static Task<NoContent> LeaveAsync(HttpContext http, DeviceGroupDesk desk, IGrainFactory grains, string id, string deviceId) =>
        SetAsync(http, desk, grains, id, deviceId, member: false);

    private static async Task<NoContent> SetAsync(
        HttpContext http, DeviceGroupDesk desk, IGrainFactory grains, string id, string deviceId, bool member)
    {
        var group = await desk.StaticAsync(id);
        if (!EnrollmentId.TryParse(deviceId, out var device))
            throw RefusalException.NotFound("device");
        var grain = grains.GetGrain<IDevice>(device.Value);
        var revision = await grains.GetGrain<ICatalog>(ICatalog.Key).Revision();
        NetworkLoss.Done(await grain.SetGroup(group, member, revision, Access.Admin.Of(http).Name, NetworkLoss.IsMeant(http)));
        return TypedResults.NoContent();
    }

    private static async Task<DeviceGroupObject> PresentAsync(HttpContext http, DeviceGroupDesk desk, GroupView view)
    {
        Etags.Show(http, view.Etag);
        var catalog = await desk.CatalogAsync();
        return new DeviceGroupObject(view.Id.Value, view.Name, view.Etag, view.Rule is not null, RuleForms.Json(view.Rule, catalog), RuleForms.Text(view.Rule, catalog));
    }
}
