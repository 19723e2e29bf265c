using Mdm.Fleet.Cluster;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Silo.Start;

/// <summary>How a store's grain states are kept is settled at its first start: a server told otherwise would find none of them and begin anew.</summary>
internal static class KeptStates
{
    private static readonly RecordKey ByAdoNet = new("installation", "adonet-states");
    private static readonly RecordKey Installation = new("installation", "id");

    /// <exception cref="StoreRefusedException">Kept otherwise.</exception>
    public static async Task CheckAsync(IRecordStore store, StoreOptions options, GrainStates states)
    {
        var isByAdoNet = await store.ReadAsync(ByAdoNet) is not null;
        if (isByAdoNet && states != GrainStates.AdoNet)
            throw new StoreRefusedException($"{options.Name} keeps its grain states by ADO.NET: it takes a cluster with --grain-storage adonet.");
        if (isByAdoNet || states != GrainStates.AdoNet)
            return;
        if (await store.ReadAsync(Installation) is not null)
            throw new StoreRefusedException($"{options.Name} keeps its grain states as records: --grain-storage adonet takes a new store.");
        await ClaimAsync(store);
    }

    private static async Task ClaimAsync(IRecordStore store)
    {
        try
        {
            await store.WriteAsync(new RecordWrite(ByAdoNet, "{}"u8.ToArray(), 0));
        }
        catch (RecordConflictException)
        {
            // Another silo of the cluster starts at the same moment: it claims the same.
            return;
        }
    }
}
