using System.Globalization;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Mdm.Fleet.Grains.Sweeping;

/// <summary>Tells every record with a due mark to look again; the record clears or moves its mark. What fails stays due.</summary>
public sealed partial class SweeperGrain(IRecordStore store, TimeProvider time, ILogger<SweeperGrain> log) : Grain, ISweeper
{
    private const int PageSize = 500;
    private const int AtOnce = 16;

    public async Task<int> Sweep()
    {
        var shard = int.Parse(this.GetPrimaryKeyString(), CultureInfo.InvariantCulture);
        var due = await store.ReadDueAsync(shard, time.GetUtcNow(), PageSize);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (mark, _) => await Tell(mark));
        return due.Length;
    }

    private async Task Tell(DueMark mark)
    {
        try
        {
            await (mark.Key.Kind switch
            {
                "device" => GrainFactory.GetGrain<IDevice>(mark.Key.Key).LookAgain(mark.Reason, mark.Mark),
                "user" => GrainFactory.GetGrain<IUser>(mark.Key.Key).LookAgain(mark.Reason, mark.Mark),
                "configuration" => GrainFactory.GetGrain<IConfiguration>(mark.Key.Key).LookAgain(mark.Reason, mark.Mark),
                "catalog" => GrainFactory.GetGrain<ICatalog>(mark.Key.Key).LookAgain(mark.Reason, mark.Mark),
                _ => Task.CompletedTask,
            });
        }
        catch (Exception failure)
        {
            NotTold(log, failure, mark.Key.Kind, mark.Key.Key, mark.Reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Key} could not look again ({Reason}); it stays due")]
    private static partial void NotTold(ILogger log, Exception failure, string kind, string key, string reason);
}
