using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mdm.Fleet.Storage.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>What a device asked for, as far as it was read.</summary>
public enum DeviceRequestKind
{
    /// <summary>Refused before it was read.</summary>
    Unread,
    Idle,
    Result,
    NotNow,
    Authenticate,
    TokenUpdate,
    CheckOut,

    /// <summary>Another check-in message, or one of a user's channel.</summary>
    Other,
}

/// <summary>Devices' requests by kind and outcome, with their durations. Nothing is allocated, and nothing measured while nobody asks.</summary>
public sealed class DeviceRequestMetrics(Meter meter)
{
    private static readonly KeyValuePair<string, object?>[] Kinds =
    [
        new("request", "unread"), new("request", "idle"), new("request", "result"), new("request", "not_now"), new("request", "authenticate"),
        new("request", "token_update"), new("request", "check_out"), new("request", "other"),
    ];

    private static readonly KeyValuePair<string, object?> Answered = new("outcome", "answered");
    private static readonly KeyValuePair<string, object?> Malformed = new("outcome", "malformed");
    private static readonly KeyValuePair<string, object?> Unenrolled = new("outcome", "unenrolled");
    private static readonly KeyValuePair<string, object?> Refused = new("outcome", "refused");
    private static readonly KeyValuePair<string, object?> Later = new("outcome", "later");
    private static readonly KeyValuePair<string, object?> Failed = new("outcome", "failed");

    private readonly Histogram<double> _duration =
        meter.CreateHistogram("mdm.device.request.duration", "s", "Requests of devices: check-ins and connects", advice: FleetTelemetry.Seconds);

    /// <summary>A moment to measure from; 0 = nobody measures.</summary>
    public long Begin(HttpContext http)
    {
        if (!_duration.Enabled)
            return 0;
        if (http.Features.Get<IHttpMetricsTagsFeature>() is { } framework)
            framework.MetricsDisabled = true; // the framework's would tell less and cost more
        return Stopwatch.GetTimestamp();
    }

    public void Ended(DeviceRequestKind kind, int status, long began)
    {
        if (began != 0)
            _duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, Kinds[(int)kind], OutcomeOf(status));
    }

    private static KeyValuePair<string, object?> OutcomeOf(int status) => status switch
    {
        StatusCodes.Status200OK => Answered,
        StatusCodes.Status403Forbidden => Refused,
        StatusCodes.Status503ServiceUnavailable => Later,
        >= StatusCodes.Status500InternalServerError => Failed,
        StatusCodes.Status400BadRequest or > StatusCodes.Status403Forbidden => Malformed,
        _ => Unenrolled, // what is left of DeviceAnswers
    };
}
