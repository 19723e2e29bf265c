using Orleans.Runtime;
using Orleans.Storage;

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

    /// <summary>
    /// Asked before a mark is cleared without a write: that what this activation holds is still what is stored. Where silos do not hear one
    /// another a second activation may have written since; then this one goes, and the mark stays for the other.
    /// </summary>
    /// <exception cref="InconsistentStateException">It is not.</exception>
    public static async Task EnsureNewest<T>(this IPersistentState<T> state, Action drop)
    {
        var (held, etag) = (state.State, state.Etag);
        await state.ReadStateAsync();
        if (state.Etag != etag)
        {
            drop();
            throw new InconsistentStateException($"Etag {etag} is held, {state.Etag} is stored.");
        }

        state.State = held;
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
