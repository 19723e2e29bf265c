using Mdm.Fleet.Domain.Push;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Grains.Push;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Pushes;

/// <summary>The push governor: how fast, how many wait, how long it will take, pause and resume (BY-06).</summary>
internal static class PushEndpoints
{
    private const int MoreMax = 10_000_000;

    public static void Map(RouteGroupBuilder api)
    {
        var pushes = api.MapGroup("/pushes").WithTags("Pushes").Needs(Right.ReadFleet, Right.EditModel);
        pushes.MapGet("", ShowAsync).WithSummary("Rate, what waits, and a forecast, with more pushes if given");
        pushes.MapPut("", SetAsync).Accepts<PushPaceBody>("application/json").WithSummary("Set rate, burst and jitter");
        pushes.MapPost("/pause", PauseAsync).Accepts<PushPauseBody>("application/json").Needs(Right.ActOnDevices).WithSummary("Hold back bulk pushes, or all");
        pushes.MapPost("/resume", ResumeAsync).Needs(Right.ActOnDevices).WithSummary("Send what was held back");
    }

    private static async Task<Ok<PushesObject>> ShowAsync(HttpContext http, IGrainFactory grains, PushTopic topic, int more = 0) =>
        more is >= 0 and <= MoreMax
            ? Present(http, await (await GrainAsync(grains, topic)).View(more))
            : throw RefusalException.Field("more", $"0 to {MoreMax} pushes.");

    private static async Task<Ok<PushesObject>> SetAsync(HttpContext http, IGrainFactory grains, PushTopic topic)
    {
        var pace = (await Body.ReadAsync<PushPaceBody>(http)).Check();
        return await (await GrainAsync(grains, topic)).SetPace(pace, Etags.Expected(http), Access.Admin.Of(http).Name) is { } view
            ? Present(http, view)
            : throw RefusalException.Stale();
    }

    private static async Task<Ok<PushesObject>> PauseAsync(HttpContext http, IGrainFactory grains, PushTopic topic)
    {
        var pause = (await Body.ReadOrAsync(http, new PushPauseBody())).All ? PushPause.All : PushPause.Bulk;
        return Present(http, await (await GrainAsync(grains, topic)).SetPause(pause, Access.Admin.Of(http).Name));
    }

    private static async Task<Ok<PushesObject>> ResumeAsync(HttpContext http, IGrainFactory grains, PushTopic topic) =>
        Present(http, await (await GrainAsync(grains, topic)).SetPause(PushPause.None, Access.Admin.Of(http).Name));

    private static async Task<IPush> GrainAsync(IGrainFactory grains, PushTopic topic) => await topic.CurrentAsync() is { } current
        ? grains.GetGrain<IPush>(current)
        : throw new RefusalException(StatusCodes.Status404NotFound, "push-certificate-missing", "There is no push certificate yet, so nothing is pushed.");

    private static Ok<PushesObject> Present(HttpContext http, PushView view)
    {
        Etags.Show(http, view.Etag);
        return TypedResults.Ok(PushesObject.Of(view));
    }
}
