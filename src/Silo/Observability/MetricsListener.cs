using Mdm.Fleet.Silo.Observability.Health;
using Mdm.Fleet.Silo.Observability.Prometheus;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mdm.Fleet.Silo.Observability;

/// <summary>The plain listener for those who watch the server: nothing else is served there, and metrics nowhere else.</summary>
internal static class MetricsListener
{
    /// <summary>Opens it; its connections are marked, so that no address has to be compared.</summary>
    public static void Listen(KestrelServerOptions kestrel, ObservabilityOptions options)
    {
        if (options.Metrics is { } address)
            kestrel.Listen(address, listen => listen.Use(next => connection =>
            {
                connection.Features.Set(Separate.Mark);
                return next(connection);
            }));
    }

    public static bool IsSeparate(HttpContext http) => http.Features.Get<Separate>() is not null;

    public static void Serve(IApplicationBuilder app) => app.Run(http => http.Request switch
    {
        { Method: not ("GET" or "HEAD") } => Answer(http, StatusCodes.Status405MethodNotAllowed),
        { Path.Value: "/metrics" } => MetricsEndpoint.AnswerAsync(http),
        { Path.Value: HealthEndpoints.LivePath } => HealthEndpoints.LiveAsync(http),
        { Path.Value: HealthEndpoints.ReadyPath } => HealthEndpoints.ReadyAsync(http),
        _ => Answer(http, StatusCodes.Status404NotFound),
    });

    private static Task Answer(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private sealed class Separate
    {
        public static readonly Separate Mark = new();
    }
}
