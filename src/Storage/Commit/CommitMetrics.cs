using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mdm.Fleet.Storage.Telemetry;

namespace Mdm.Fleet.Storage.Commit;

/// <summary>What commits cost and how they end. Called on the committer's thread.</summary>
internal sealed class CommitMetrics
{
    private static readonly KeyValuePair<string, object?> committed = new("outcome", "committed");
    private static readonly KeyValuePair<string, object?> unavailable = new("outcome", "unavailable");
    private static readonly KeyValuePair<string, object?> refused = new("outcome", "refused");

    private readonly Histogram<double> duration;
    private readonly Histogram<long> rows;
    private readonly Counter<long> conflicts;

    public CommitMetrics(Meter meter, CommitQueue queue)
    {
        duration = meter.CreateHistogram("mdm.store.commit.duration", "s", "Duration of commits of the record store", advice: FleetTelemetry.Seconds);
        rows = meter.CreateHistogram(
            "mdm.store.commit.rows", "{row}", "Writes that share a commit",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] });
        conflicts = meter.CreateCounter<long>("mdm.store.conflicts", "{conflict}", "Writes that lost against another of the same record");
        meter.CreateObservableGauge("mdm.store.queue.rows", () => queue.Rows, "{row}", "Writes that wait for a commit");
    }

    public void Committed(CommitBatch batch, long began)
    {
        duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, committed);
        rows.Record(batch.Members.Count);
        foreach (var write in batch.Writes)
        {
            if (write.Lost)
                conflicts.Add(1, new KeyValuePair<string, object?>("kind", write.Write.Key.Kind));
        }
    }

    public void Unavailable(long began) => duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, unavailable);

    /// <summary>The store works and does not take this batch: its members run singly.</summary>
    public void Refused(long began) => duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, refused);
}
