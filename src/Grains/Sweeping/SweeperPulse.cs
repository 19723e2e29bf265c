using System.Globalization;
using Mdm.Fleet.Grains.Admin;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Mdm.Fleet.Grains.Sweeping;

/// <summary>Every silo's pulse: once a second one query tells which shards have anything due, and only their sweepers are woken.</summary>
public sealed partial class SweeperPulse(IRecordStore store, IGrainFactory grains, DueMetrics metrics, TimeProvider time, ILogger<SweeperPulse> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SealPause = TimeSpan.FromSeconds(10);

    private DateTimeOffset _sealAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        var isFirst = true;
        do
        {
            try
            {
                if (isFirst)
                    await grains.GetGrain<ICatalog>(ICatalog.Key).LookAgain(CatalogRecord.Fanouts, 0); // what a crash interrupted goes on at once
                isFirst = false;
                await Pulse(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Missed(log, failure);
            }
        }
        while (await Ticks(timer, stoppingToken));
    }

    /// <summary>Sweeps every shard that has something due now; every few seconds the audit lines that came are sealed.</summary>
    public async Task Pulse(CancellationToken cancellation)
    {
        var shards = await store.ReadDueShardsAsync(time.GetUtcNow(), cancellation);
        metrics.Due(shards);
        await Task.WhenAll(shards.Select(shard => grains.GetGrain<ISweeper>(shard.ToString(CultureInfo.InvariantCulture)).Sweep()));

        if (time.GetUtcNow() is var now && now >= _sealAt)
        {
            _sealAt = now + SealPause;
            await grains.GetGrain<IAudit>(IAudit.Key).Seal();
        }
    }

    private static async Task<bool> Ticks(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sweepers missed a pulse; the next one makes up for it")]
    private static partial void Missed(ILogger log, Exception failure);
}
