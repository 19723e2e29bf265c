using System.Net;

namespace Mdm.Fleet.Silo.Observability;

/// <summary>What the server tells of itself, and to whom.</summary>
public sealed record ObservabilityOptions
{
    /// <summary>Where <c>/metrics</c> and health are served in plain HTTP, apart from all else; null = not at all.</summary>
    public IPEndPoint? Metrics { get; init; }

    /// <summary>The OpenTelemetry collector that metrics and traces are sent to (OTLP by HTTP); null = none.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>The share of requests that are traced, 0 to 1.</summary>
    public double TraceRatio { get; init; } = 0.01;

    public LogFormat LogFormat { get; init; }

    /// <summary>How long the server goes on serving after it says that it is not ready any more.</summary>
    public TimeSpan Drain { get; init; }

    /// <summary>Somebody takes metrics.</summary>
    public bool IsMeasured => Metrics is not null || Otlp is not null;
}

/// <summary>How a log line looks.</summary>
public enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,
}
