using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Silo.Start;

/// <summary>Drops the events of days that are older than they are kept.</summary>
internal sealed class EventRetention(IRecordStore store, FleetOptions options, TimeProvider time, ILogger<EventRetention> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(6);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                var first = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-options.RetentionDays);
                await store.DropEventsBeforeAsync(first, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Old events do no harm; a server that stops does.
                log.LogWarning(e, "Old events stay for now: {Reason}", e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
