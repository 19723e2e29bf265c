using Mdm.Fleet.Grains.Probes;
using Orleans;

namespace Mdm.Fleet.Silo.Observability.Health;

/// <summary>Whether requests should come here: the store is owned and answers, grains answer, and the server is not about to stop.</summary>
internal sealed class Readiness(StoreWatch store, Draining draining, IGrainFactory grains)
{
    private static readonly TimeSpan GrainsWait = TimeSpan.FromSeconds(3);

    public async Task<ReadyState> AskAsync()
    {
        var (stored, answered) = (store.AskAsync(), GrainsAnswerAsync());
        return new ReadyState(await stored, await answered, draining.HasBegun);
    }

    private async Task<bool> GrainsAnswerAsync()
    {
        try
        {
            await grains.GetGrain<IProbe>(IProbe.Key).Answer().WaitAsync(GrainsWait);
            return true;
        }
        catch (Exception failure) when (failure is Orleans.Runtime.OrleansException or TimeoutException or InvalidOperationException)
        {
            // The host is not started, is stopping, or is cut off from its cluster.
            return false;
        }
    }
}

/// <summary>What readiness is made of.</summary>
internal readonly record struct ReadyState(StoreState Store, bool GrainsAnswer, bool IsDraining)
{
    public bool IsReady => Store == StoreState.Up && GrainsAnswer && !IsDraining;
}
