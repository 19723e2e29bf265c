using System.Diagnostics.Metrics;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Grains.Sweeping;

/// <summary>How late due marks are told, as the sweepers of this process see them.</summary>
public sealed class DueMetrics
{
    private readonly Counter<long> _told;
    private readonly long[] _oldestTicks = new long[IRecordStore.DueShards];
    private readonly TimeProvider _time;

    public DueMetrics(Meter meter, TimeProvider time)
    {
        _time = time;
        _told = meter.CreateCounter<long>("mdm.due.told", "{mark}", "Due marks that records were told of");
        meter.CreateObservableGauge("mdm.due.oldest.age", () => Age().TotalSeconds, "s", "How long the oldest due mark has been due");
    }

    /// <summary>A sweeper read its page, earliest first.</summary>
    public void Read(int shard, DateTimeOffset? oldest) => Volatile.Write(ref _oldestTicks[shard], oldest?.UtcTicks ?? 0);

    /// <summary>Only these shards have anything due.</summary>
    public void Due(IReadOnlyCollection<int> shards)
    {
        for (var shard = 0; shard < _oldestTicks.Length; shard++)
        {
            if (!shards.Contains(shard))
                Volatile.Write(ref _oldestTicks[shard], 0);
        }
    }

    public void Told(DueMark mark, bool isTold) =>
        _told.Add(1, new("kind", mark.Key.Kind), new("reason", mark.Reason), new("outcome", isTold ? "told" : "failed"));

    private TimeSpan Age()
    {
        var oldest = long.MaxValue;
        for (var shard = 0; shard < _oldestTicks.Length; shard++)
        {
            if (Volatile.Read(ref _oldestTicks[shard]) is var ticks and not 0)
                oldest = Math.Min(oldest, ticks);
        }

        return oldest == long.MaxValue ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(0, _time.GetUtcNow().UtcTicks - oldest));
    }
}
