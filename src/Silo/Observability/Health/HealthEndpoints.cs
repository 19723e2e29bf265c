using System.Globalization;
using System.Text.Json.Serialization;

namespace Mdm.Fleet.Silo.Observability.Health;

/// <summary>For those who watch the process: whether it lives, and whether it can work. No secret is told, and nothing of the fleet.</summary>
internal static class HealthEndpoints
{
    public const string LivePath = "/health/live";
    public const string ReadyPath = "/health/ready";

    private const int RetryAfterSeconds = 5;

    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapGet(LivePath, LiveAsync).ExcludeFromDescription();
        app.MapGet(ReadyPath, ReadyAsync).ExcludeFromDescription();
        return app;
    }

    /// <summary>Says nothing of the store: a new process would not bring it back.</summary>
    public static Task LiveAsync(HttpContext http)
    {
        var isAlive = http.RequestServices.GetRequiredService<Heartbeat>().IsAlive;
        return AnswerAsync(http, isAlive, new LiveObject(isAlive ? "live" : "stalled"));
    }

    public static async Task ReadyAsync(HttpContext http)
    {
        var state = await http.RequestServices.GetRequiredService<Readiness>().AskAsync();
        var store = state.Store switch
        {
            StoreState.Up => "up",
            StoreState.Unavailable => "unavailable",
            StoreState.NotOwned => "not owned",
            _ => throw new InvalidOperationException("StoreState is a closed set."),
        };
        await AnswerAsync(http, state.IsReady, new ReadyObject(state.IsReady ? "ready" : "not ready", store, state.GrainsAnswer ? "up" : "unavailable", state.IsDraining));
    }

    private static Task AnswerAsync<T>(HttpContext http, bool isWell, T body)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (!isWell)
            http.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        http.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return http.Response.WriteAsJsonAsync(body, typeof(T), HealthJson.Default, "application/json");
    }
}

internal sealed record LiveObject(string Status);

internal sealed record ReadyObject(string Status, string Store, string Grains, bool Draining);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LiveObject))]
[JsonSerializable(typeof(ReadyObject))]
internal sealed partial class HealthJson : JsonSerializerContext;
