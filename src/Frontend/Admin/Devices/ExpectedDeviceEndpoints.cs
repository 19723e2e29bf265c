using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Devices;

/// <summary>Devices that were imported by serial number and have not enrolled yet.</summary>
internal static class ExpectedDeviceEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var expected = api.MapGroup("/expected-devices").WithTags("Devices").Needs(Right.ReadFleet, Right.EditModel);
        expected.MapGet("", ListAsync).WithSummary("Devices that have not enrolled yet, searched by q");
        expected.MapDelete("/{serialNumber}", DeleteAsync).WithSummary("Expect a device no more");
    }

    private static async Task<Ok<Listed<RawJson>>> ListAsync(IRecordStore store, int? limit, string? cursor, string? q, CancellationToken cancellationToken)
    {
        var words = Lists.Words(q);
        var query = new IndexQuery("expectedDevice", Search: words.FirstOrDefault(), After: Lists.After(cursor), Limit: Lists.Limit(limit));
        return TypedResults.Ok(Lists.Show(await Lists.PageAsync(store, query, Lists.Holding(words), cancellationToken)));
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, IGrainFactory grains, string serialNumber) =>
        ExpectedDevices.KeyOf(serialNumber) is { } key && await grains.GetGrain<IExpectedDevice>(key).Remove(Access.Admin.Of(http).Name)
            ? TypedResults.NoContent()
            : throw RefusalException.NotFound("expected device");
}
