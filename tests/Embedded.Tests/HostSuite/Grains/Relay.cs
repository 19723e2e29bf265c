using Orleans;

namespace Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

public interface IRelayGrain : IGrainWithStringKey
{
    /// <summary>Waits at a gate, then adds one elsewhere.</summary>
    Task<int> RelayAsync(string gate, string ledger);
}

public sealed class RelayGrain(Journal journal) : Grain, IRelayGrain
{
    public async Task<int> RelayAsync(string gate, string ledger)
    {
        journal.Mark($"{gate} reached");
        await journal.Wait(gate);
        return await GrainFactory.GetGrain<ILedgerGrain>(ledger).AddAsync(1);
    }
}
