using Mdm.Fleet.Frontend.Admin.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mdm.Fleet.Frontend.Admin.Overview;

/// <summary>The fleet at a glance.</summary>
internal static class OverviewEndpoints
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/overview", ShowAsync)
        .WithTags("Overview")
        .Needs(Right.ReadFleet)
        .WithSummary("The fleet in numbers, and what an admin should know");

    private static async Task<Ok<OverviewObject>> ShowAsync(OverviewReader reader, CancellationToken cancellationToken) =>
        TypedResults.Ok(await reader.ReadAsync(cancellationToken));
}
