using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Silo.Observability;

/// <summary>
/// The fleet in numbers, from the index: devices by status, owner and hand-over, a row's status being these three words. Every process of a
/// cluster tells the same.
/// </summary>
internal sealed partial class FleetMetrics : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private readonly IRecordStore _store;
    private readonly ILogger _log;
    private volatile ImmutableSortedDictionary<string, long> _counts = ImmutableSortedDictionary<string, long>.Empty;

    public FleetMetrics(IRecordStore store, Meter meter, ILogger<FleetMetrics> log)
    {
        (_store, _log) = (store, log);
        meter.CreateObservableGauge("mdm.devices", Read, "{device}", "Devices by status, owner and hand-over");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        do
        {
            try
            {
                _counts = await _store.CountAsync("device", stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                NotCounted(_log, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<long>> Read()
    {
        foreach (var (status, devices) in _counts)
        {
            if (status.Split('.') is [var enrolment, var owner, var handOver])
                yield return new Measurement<long>(devices, new("status", enrolment), new("owner", owner), new("hand_over", handOver));
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Devices could not be counted: {Reason}")]
    private static partial void NotCounted(ILogger log, string reason);
}
