using System.Collections.Concurrent;
using System.Globalization;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Groups;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Mdm.Fleet.Grains.Sweeping;

/// <summary>
/// Tells every record with a due mark to look again; the record clears or moves its mark. What fails stays due, but later each time, so that
/// it does not keep others from their turn.
/// </summary>
public sealed partial class SweeperGrain(IRecordStore store, DueMetrics metrics, TimeProvider time, ILogger<SweeperGrain> log) : Grain, ISweeper
{
    private const int PageSize = 500;
    private const int AtOnce = 16;
    private const int PauseSeconds = 5;

    /// <summary>Less than the time after which an idle sweeper forgets how often something failed.</summary>
    private const int PauseMaxSeconds = 480;

    /// <summary>Beyond it, what fails waits the first pause each time.</summary>
    private const int FailuresMax = 10_000;

    private readonly Dictionary<(RecordKey Key, string Reason), int> _failures = [];

    public async Task<int> Sweep()
    {
        var shard = int.Parse(this.GetPrimaryKeyString(), CultureInfo.InvariantCulture);
        var due = await store.ReadDueAsync(shard, time.GetUtcNow(), PageSize);
        metrics.Read(shard, due is [var oldest, ..] ? oldest.At : null);
        var (grains, failed) = (GrainFactory, new ConcurrentBag<DueMark>());
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (mark, _) =>
        {
            var isTold = await Tell(grains, mark);
            metrics.Told(mark, isTold);
            if (!isTold)
                failed.Add(mark);
        });
        Forget(due.Except(failed));
        if (!failed.IsEmpty)
            await store.MarkAsync([.. failed.SelectMany(Postponed)]);
        return due.Length;
    }

    /// <summary>Clearing spares a younger mark of the same reason, and setting keeps the earlier time: what a record marked meanwhile stays.</summary>
    private DueChange[] Postponed(DueMark mark)
    {
        var failures = _failures.GetValueOrDefault((mark.Key, mark.Reason));
        if (_failures.Count < FailuresMax)
            _failures[(mark.Key, mark.Reason)] = failures + 1;
        var pause = TimeSpan.FromSeconds(Math.Min(PauseMaxSeconds, PauseSeconds << Math.Min(failures, 16)));
        return [new DueChange(mark.Key, mark.Reason, mark.Mark, null), new DueChange(mark.Key, mark.Reason, mark.Mark, time.GetUtcNow() + pause)];
    }

    private void Forget(IEnumerable<DueMark> told)
    {
        if (_failures.Count == 0)
            return;
        foreach (var mark in told)
            _failures.Remove((mark.Key, mark.Reason));
    }

    private async Task<bool> Tell(IGrainFactory grains, DueMark mark)
    {
        try
        {
            await (mark.Key.Kind switch
            {
                "device" => grains.GetGrain<IDevice>(mark.Key.Key).LookAgain(mark.Reason, mark.Mark),
                "user" => grains.GetGrain<IUser>(mark.Key.Key).LookAgain(mark.Reason, mark.Mark),
                "configuration" => grains.GetGrain<IConfiguration>(mark.Key.Key).LookAgain(mark.Reason, mark.Mark),
                "userGroup" => grains.GetGrain<IUserGroup>(mark.Key.Key).LookAgain(mark.Reason, mark.Mark),
                "deviceGroup" => grains.GetGrain<IDeviceGroup>(mark.Key.Key).LookAgain(mark.Reason, mark.Mark),
                "catalog" => grains.GetGrain<ICatalog>(mark.Key.Key).LookAgain(mark.Reason, mark.Mark),
                _ => throw new InvalidOperationException($"There is no grain of kind {mark.Key.Kind}."),
            });
            return true;
        }
        catch (Exception failure)
        {
            NotTold(log, failure, mark.Key.Kind, mark.Key.Key, mark.Reason);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Key} could not look again ({Reason}); it will be told later")]
    private static partial void NotTold(ILogger log, Exception failure, string kind, string key, string reason);
}
