using System.Diagnostics;
using Mdm.Fleet.Storage.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mdm.Fleet.Frontend.Web;

/// <summary>
/// Decides which requests are traced, before anything is allocated for it: a share of them, and those that a trusted proxy traces. Others'
/// word does not count, or anyone could have every request of theirs kept.
/// </summary>
public sealed class RequestTraces(FrontendOptions options, TrustedProxies proxies)
{
    /// <summary>The request's span; null = it is not traced.</summary>
    public Activity? Begin(HttpContext http, string name)
    {
        if (options.TraceRatio is not { } ratio)
            return null;
        if (proxies.Contains(http.Connection.RemoteIpAddress) && Parent(http.Request.Headers) is { } parent)
            return parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? FleetTelemetry.Begin(name, parent) : null;
        return Random.Shared.NextDouble() < ratio ? FleetTelemetry.Begin(name) : null;
    }

    /// <summary>Says what came of it. The address itself is never told: sign-in addresses and tokens are secrets.</summary>
    public static void End(Activity? trace, HttpContext http)
    {
        if (trace is null)
            return;
        if ((http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } route)
        {
            trace.DisplayName = $"{http.Request.Method} {route}";
            trace.SetTag("http.route", route);
        }

        trace.SetTag("http.request.method", http.Request.Method);
        trace.SetTag("http.response.status_code", http.Response.StatusCode);
        if (http.Response.StatusCode >= StatusCodes.Status500InternalServerError)
            trace.SetStatus(ActivityStatusCode.Error);
    }

    private static ActivityContext? Parent(IHeaderDictionary headers) =>
        ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var parent) ? parent : null;
}
