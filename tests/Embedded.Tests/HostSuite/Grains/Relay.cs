using System.Globalization;
using Orleans;

namespace Mdm.Fleet.Embedded.Tests.HostSuite.Grains;

public interface IRelayGrain : IGrainWithStringKey
{
    /// <summary>Waits at a gate, then adds one elsewhere.</summary>
    Task<int> RelayAsync(string gate, string ledger);

    /// <summary>Does nothing.</summary>
    Task RestAsync();

    /// <summary>Its key is a number: asks the grain below it, down to 0; how many grains were asked.</summary>
    Task<int> CountDownAsync();
}

public sealed class RelayGrain(Journal journal) : Grain, IRelayGrain
{
    public async Task<int> RelayAsync(string gate, string ledger)
    {
        journal.Mark($"{gate} reached");
        await journal.Wait(gate);
        return await GrainFactory.GetGrain<ILedgerGrain>(ledger).AddAsync(1);
    }

    public Task RestAsync() => Task.CompletedTask;

    public async Task<int> CountDownAsync()
    {
        var number = int.Parse(this.GetPrimaryKeyString(), CultureInfo.InvariantCulture);
        return number == 0 ? 0 : 1 + await GrainFactory.GetGrain<IRelayGrain>((number - 1).ToString(CultureInfo.InvariantCulture)).CountDownAsync();
    }
}
