using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Records;

/// <summary>Memory never runs ahead of storage.</summary>
internal static class Durable
{
    /// <summary>Writes; on any failure the activation goes, so that the next call reads what is really stored.</summary>
    public static async Task WriteOrDrop<T>(this IPersistentState<T> state, Action drop)
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            drop();
            throw;
        }
    }

    /// <summary>Clears; on any failure the activation goes.</summary>
    public static async Task ClearOrDrop<T>(this IPersistentState<T> state, Action drop)
    {
        try
        {
            await state.ClearStateAsync();
        }
        catch
        {
            drop();
            throw;
        }
    }
}
