using System.Diagnostics.Metrics;
using Mdm.Fleet.Silo.Hosts;
using Mdm.Fleet.Silo.Observability.Prometheus;
using Mdm.Fleet.Storage.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mdm.Fleet.Silo.Observability;

/// <summary>
/// Metrics and traces of this server on their way out: to the Prometheus endpoint, to an OpenTelemetry collector, or both. It
/// measures from its making on, before the first service starts, and sends what is left when it stops.
/// </summary>
internal sealed class TelemetryExport : IHostedService, IDisposable
{
    /// <summary>An instrument that many requests' routes share has about as many series as the API has routes, methods and statuses.</summary>
    private const int SeriesMax = 4_000;
    private const int FlushMilliseconds = 3_000;

    private const string OfGrainHost = "Microsoft.Orleans";

    /// <summary>Meters of .NET, of the database driver and of the grain host that tell what ours do not.</summary>
    private static readonly string[] Meters =
    [
        FleetTelemetry.Name, "System.Runtime", "System.Net.Http", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.Http.Connections", "Npgsql", OfGrainHost,
    ];

    private readonly MeterProvider _meters;
    private readonly TracerProvider? _traces;

    public TelemetryExport(ObservabilityOptions options, Meter meter, IMeterFactory factory, PrometheusExporter prometheus)
    {
        var resource = ResourceBuilder.CreateEmpty().AddTelemetrySdk()
            .AddService("mdm-fleet", serviceVersion: StartLog.Version, serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}");
        var meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddView(View(meter, factory));
        if (options.Metrics is not null)
            meters.AddReader(prometheus.Reader);
        if (options.Otlp is { } collector)
            meters.AddOtlpExporter(otlp => To(collector, "v1/metrics", otlp));
        _meters = meters.Build();
        _traces = options.Otlp is null ? null : Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(FleetTelemetry.Name)
            .SetSampler(new ParentBasedSampler(new AlwaysOnSampler()))
            .AddOtlpExporter(otlp => To(options.Otlp, "v1/traces", otlp))
            .Build();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => FlushAsync();

    /// <summary>Sends what has not been sent yet; a collector that does not answer is not waited for long.</summary>
    public Task FlushAsync() => Task.Run(() =>
    {
        _traces?.ForceFlush(FlushMilliseconds);
        _meters.ForceFlush(FlushMilliseconds);
    });

    public void Dispose()
    {
        _traces?.Dispose();
        _meters.Dispose();
    }

    /// <summary>
    /// Leaves out what other servers in the same process measure, what of the grain host's own instruments is of no use, and what costs each request
    /// something and tells nothing that connections do not.
    /// </summary>
    private static Func<Instrument, MetricStreamConfiguration?> View(Meter own, IMeterFactory factory) => instrument =>
        IsOthers(instrument.Meter, own, factory) || IsOfNoUse(instrument) || instrument.Name == "http.server.active_requests"
            ? MetricStreamConfiguration.Drop
            : instrument.Name == "http.server.request.duration" ? new MetricStreamConfiguration { CardinalityLimit = SeriesMax } : null;

    private static bool IsOthers(Meter meter, Meter own, IMeterFactory factory) =>
        meter.Name == FleetTelemetry.Name ? !ReferenceEquals(meter, own) : meter.Scope is IMeterFactory other && !ReferenceEquals(other, factory);

    private static bool IsOfNoUse(Instrument instrument) => instrument.Meter.Name == OfGrainHost && !GrainHost.Instruments.Contains(instrument.Name);

    private static void To(Uri collector, string path, OtlpExporterOptions otlp)
    {
        otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
        otlp.Endpoint = new Uri(collector.AbsoluteUri.TrimEnd('/') + "/" + path);
    }
}
