using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mdm.Fleet.Storage.Telemetry;

/// <summary>What every layer measures and traces by: docs/operations.md lists the instruments.</summary>
public static class FleetTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Mdm.Fleet";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Buckets of durations in seconds, from an answer out of memory to a call that times out.</summary>
    public static InstrumentAdvice<double> Seconds { get; } = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    /// <summary>The meter of one server.</summary>
    public static Meter NewMeter() => new(Name);

    /// <summary>A step of a traced request; null, and nothing is allocated, where the request is not traced.</summary>
    public static Activity? Step(string name) => Activity.Current is null ? null : Source.StartActivity(name);

    /// <summary>The first span of a request in this process. The caller has decided that it is traced.</summary>
    public static Activity? Begin(string name, ActivityContext parent = default) => Source.StartActivity(name, ActivityKind.Server, parent);
}
