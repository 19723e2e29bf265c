using Orleans;

namespace Mdm.Fleet.Cluster.Storage;

/// <summary>Gives callers the store's own exceptions, as the embedded host does: what is 503 there is 503 here.</summary>
internal sealed class StoreFailures : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (StoreFailureException failure)
        {
            failure.Unpack();
        }
    }
}
