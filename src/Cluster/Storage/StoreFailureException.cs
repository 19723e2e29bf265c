using System.Runtime.ExceptionServices;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Storage;

/// <summary>
/// Carries what the store threw through Orleans, which would wrap anything but its own exceptions: <see cref="StoreFailures"/> takes the
/// inner one out again before a caller sees it.
/// </summary>
[GenerateSerializer, Alias("store.failure")]
public sealed class StoreFailureException(string message, Exception failure) : OrleansException(message, failure)
{
    /// <summary>Runs work of the storage; an exception that is not Orleans' own goes on in one of these.</summary>
    internal static async Task Carry(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (failure is not OrleansException)
        {
            throw new StoreFailureException(failure.Message, failure);
        }
    }

    /// <summary>Throws what it carries.</summary>
    internal void Unpack() => ExceptionDispatchInfo.Throw(InnerException!);
}
