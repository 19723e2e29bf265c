using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Web;

/// <summary>Traces what people and admins ask for, and counts whom the server turned away because of limits or outages.</summary>
internal sealed class RequestTelemetry(RequestTraces traces, Meter meter)
{
    private readonly Counter<long> _turnedAway =
        meter.CreateCounter<long>("mdm.http.turned_away", "{request}", "Requests of people and admins that were answered 429 or 503");

    public async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        var area = AreaOf(http.Request.Path);
        using var trace = area is "hubs" or "health" ? null : traces.Begin(http, area);
        try
        {
            await next(http);
        }
        finally
        {
            RequestTraces.End(trace, http);
            if (http.Response.StatusCode is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable && area != "health")
                _turnedAway.Add(1, new("area", area), new("http.response.status_code", http.Response.StatusCode));
        }
    }

    /// <summary>A closed set: what others make up as a path must not become a label.</summary>
    private static string AreaOf(PathString path) => path.Value?.Split('/', 3) is [_, var first, ..] ? first switch
    {
        "api" or "signin" or "enroll" or "scep" or "register" or "invitation" or "hubs" or "health" => first,
        _ => "other",
    } : "other";
}
