using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Catalog;

/// <summary>
/// How far the newest change has come. UnderWay: revisions whose devices are still being looked for; devicesToPlan: devices that were found
/// and have not planned yet (counted up to <see cref="CatalogEndpoints.CountMax"/>). Both empty: the change has reached every device's queue.
/// </summary>
public sealed record CatalogObject(long Revision, IReadOnlyList<long> UnderWay, int DevicesToPlan);

internal static class CatalogEndpoints
{
    public const int CountMax = 1_000_000;

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/catalog", ShowAsync).WithTags("Catalog").Needs(Right.ReadFleet).WithSummary("How far the newest change has come");

    /// <summary>Asked in this order, what is not under way any more is marked.</summary>
    private static async Task<Ok<CatalogObject>> ShowAsync(IGrainFactory grains, IRecordStore store, CancellationToken cancellationToken)
    {
        var catalog = grains.GetGrain<ICatalog>(ICatalog.Key);
        var underWay = await catalog.UnderWay();
        var toPlan = await store.CountDueAsync("device", "catalog", long.MaxValue, CountMax, cancellationToken);
        return TypedResults.Ok(new CatalogObject(await catalog.Revision(), underWay, toPlan));
    }
}
