using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Mdm.Fleet.Frontend.Web;

/// <summary>For those who watch the process: whether it lives, and whether it can work.</summary>
public static class HealthEndpoints
{
    private static readonly RecordKey Probe = new("installation", "id");

    /// <summary>Maps them.</summary>
    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("alive\n"));
        app.MapGet("/health/ready", ReadyAsync);
        return app;
    }

    private static async Task<IResult> ReadyAsync(IRecordStore store, IHostApplicationLifetime life, CancellationToken cancellationToken)
    {
        if (life.ApplicationStopping.IsCancellationRequested)
            return Results.Text("stopping\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        try
        {
            await store.ReadAsync(Probe, cancellationToken);
            return Results.Text("ready\n");
        }
        catch (StoreUnavailableException)
        {
            return Results.Text("store unavailable\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
