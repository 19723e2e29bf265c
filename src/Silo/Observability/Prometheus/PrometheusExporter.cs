using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Mdm.Fleet.Silo.Observability.Prometheus;

/// <summary>Takes what the SDK collects when a scraper asks, and keeps it as text; one scrape at a time.</summary>
internal sealed class PrometheusExporter : BaseExporter<Metric>
{
    private const int CollectMilliseconds = 5_000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private PrometheusFormat _format;
    private string? _collected;

    public PrometheusExporter() => Reader = new BaseExportingMetricReader(this);

    /// <summary>What the meter provider reads by; it owns this exporter from then on.</summary>
    public MetricReader Reader { get; }

    /// <summary>All metrics as they are now; null = they could not be collected in time.</summary>
    public async Task<string?> ScrapeAsync(PrometheusFormat format, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            (_format, _collected) = (format, null);
            return Reader.Collect(CollectMilliseconds) ? _collected : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        _collected = new PrometheusText(_format).Add(ParentProvider.GetResource()).Add(batch).End();
        return ExportResult.Success;
    }

    protected override void Dispose(bool disposing)
    {
        _turn.Dispose();
        base.Dispose(disposing);
    }
}
