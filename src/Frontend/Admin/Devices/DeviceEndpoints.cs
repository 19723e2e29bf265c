using System.Globalization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Groups;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Frontend.Admin.Policies;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Devices;

/// <summary>Devices: lists from the index, one from its grain, and what an admin may do with it.</summary>
internal static class DeviceEndpoints
{
    private const int LogRowsMax = 500;

    public static void Map(RouteGroupBuilder api)
    {
        var devices = api.MapGroup("/devices").WithTags("Devices").Needs(Right.ReadFleet, Right.ActOnDevices);
        devices.MapGet("", ListAsync).WithSummary("Devices, filtered and searched");
        devices.MapGet("/{id}", ShowAsync).WithSummary("One device: owner, items, queue, hand-overs");
        devices.MapGet("/{id}/inventory", InventoryAsync)
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .WithSummary("What the device last answered to each query");
        devices.MapGet("/{id}/log", LogAsync).WithSummary("What happened to the device, newest first");
        devices.MapPost("/{id}/sign-out", SignOutAsync).TakesIdempotencyKey().WithSummary("End the session of whoever holds the device");
        devices.MapPost("/{id}/retry", RetryAsync)
            .Accepts<RetryBody>("application/json")
            .TakesIdempotencyKey()
            .WithSummary("Try refused items again");
        devices.MapPost("/{id}/retire", RetireAsync).TakesIdempotencyKey().WithSummary("End the enrolment: the only act that unenrols");
        CommandEndpoint.Map(devices);
        DeviceFactEndpoints.Map(devices);
    }

    /// <summary>The device's grain.</summary>
    /// <exception cref="RefusalException">No enrolment has such an id.</exception>
    public static IDevice Find(IGrainFactory grains, string id) =>
        EnrollmentId.TryParse(id, out var device) ? grains.GetGrain<IDevice>(device.Value) : throw RefusalException.NotFound("device");

    private static async Task<Ok<Listed<RawJson>>> ListAsync(
        IRecordStore store,
        DynamicMembers dynamic,
        int? limit,
        string? cursor,
        string? q,
        string? status,
        string? owner,
        string? handOver,
        string? group,
        bool? people,
        CancellationToken cancellationToken)
    {
        var filter = new DeviceFilter(status, owner, handOver, group, people ?? false, q);
        return TypedResults.Ok(Lists.Show(await filter.PageAsync(store, dynamic, Lists.After(cursor), Lists.Limit(limit), cancellationToken)));
    }

    private static async Task<Ok<DeviceObject>> ShowAsync(IGrainFactory grains, ComplianceReader compliance, FrontendOptions options, string id)
    {
        var view = await ViewAsync(Find(grains, id));
        return TypedResults.Ok(DeviceDetail.Of(id, view, await grains.GetGrain<ICatalog>(ICatalog.Key).Read(), options, await compliance.OfAsync(id, view)));
    }

    private static async Task<ContentHttpResult> InventoryAsync(IGrainFactory grains, string id)
    {
        await ViewAsync(Find(grains, id));
        var json = await grains.GetGrain<IDeviceInventory>(id).Read();
        return TypedResults.Text(System.Text.Encoding.UTF8.GetString(json.Span), "application/json");
    }

    private static async Task<Ok<Listed<EventObject>>> LogAsync(
        IRecordStore store, IGrainFactory grains, string id, long? before, int? limit, CancellationToken cancellationToken)
    {
        var rows = Math.Min(Lists.Limit(limit), LogRowsMax);
        if (before < 1)
            throw RefusalException.Field("before", "before is a cursor of the log.");
        await ViewAsync(Find(grains, id));
        var events = await store.ReadLatestEventsAsync(new RecordKey("device", id), before, rows, cancellationToken);
        var next = events.Length < rows ? null : events[^1].Cursor.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Ok(new Listed<EventObject>([.. events.Select(EventObject.Of)], next));
    }

    private static async Task<Accepted> SignOutAsync(HttpContext http, IGrainFactory grains, string id)
    {
        var device = Find(grains, id);
        var before = (await ViewAsync(device)).Device.Owner;
        var revision = await grains.GetGrain<ICatalog>(ICatalog.Key).Revision();
        var after = (await device.ForceSignOut(Access.Admin.Of(http).Name, revision)).Device.Owner;
        await ReleaseAsync(grains, id, before, after);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Accepted<RetryReceipt>> RetryAsync(HttpContext http, IGrainFactory grains, string id)
    {
        var device = Find(grains, id);
        var body = await Body.ReadOrAsync(http, new RetryBody());
        await ViewAsync(device);
        if (body.Item is not null && !ItemId.TryParse(body.Item, out _))
            throw RefusalException.Field("item", "This is no item's id.");
        var retried = await device.Retry(body.Item is { } item ? ItemId.Parse(item) : null, Access.Admin.Of(http).Name);
        return TypedResults.Accepted((string?)null, new RetryReceipt(retried));
    }

    private static async Task<Accepted> RetireAsync(HttpContext http, IGrainFactory grains, string id)
    {
        var device = Find(grains, id);
        var before = (await ViewAsync(device)).Device.Owner;
        if (!await device.Retire(Access.Admin.Of(http).Name))
            throw RefusalException.Conflict("not-enrolled", "There is no enrolment to end: it ended before, or is ending.");
        await ReleaseAsync(grains, id, before, (await device.View()).Device.Owner);
        return TypedResults.Accepted((string?)null);
    }

    /// <summary>The person's register drops the device only when it is theirs no more: it must never miss one that they hold.</summary>
    private static Task ReleaseAsync(IGrainFactory grains, string id, Domain.Devices.Owner before, Domain.Devices.Owner after) =>
        before.IsNobody || after.User == before.User ? Task.CompletedTask : grains.GetGrain<IUser>(before.User.Value).Released(EnrollmentId.Parse(id));

    public static async Task<DeviceView> ViewAsync(IDevice device) =>
        await device.View() is { Exists: true } view ? view : throw RefusalException.NotFound("device");
}
