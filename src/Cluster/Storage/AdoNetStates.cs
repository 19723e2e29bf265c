using System.Data.Common;
using System.Text.Json;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Mdm.Fleet.Cluster.Storage;

/// <summary>
/// Grain states by Microsoft.Orleans.Persistence.AdoNet, one commit each; what goes with a state is written to our store by commits of its own
/// (docs/decisions/0031-adonet-persistence.md). Due marks are set before the state and cleared after it, so that a crash in between makes somebody
/// look in vain and nobody forgotten; the index row catches up with the grain's next write, and the events of that one write are lost.
/// </summary>
public sealed class AdoNetStates(IGrainStorage states, IRecordStore store, JsonSerializerOptions json) : IGrainStorage
{
    private const int TriesMax = 5;

    /// <summary>The record that carries the index row. No JSON object: whoever takes it for a state fails.</summary>
    private static readonly byte[] KeptElsewhere = "\"adonet\""u8.ToArray();

    private readonly StateFormats _formats = new(json);
    private readonly WrittenIndexes _written = new();

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Carry(async () =>
    {
        await states.ReadStateAsync(stateName, Plain(grainId), grainState);
        if (!grainState.RecordExists)
            grainState.State = _formats.Of<T>().Empty();
        _written[grainState] = 0;
    });

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Carry(async () =>
    {
        var (write, index) = _formats.Of<T>().Next(StateFormats.KeyOf(stateName, grainId), grainState.State!, 0, _written[grainState]);
        var set = write.Due.Where(static change => change.At is not null).ToArray();
        if (set.Length > 0)
            await store.MarkAsync(set);
        await states.WriteStateAsync(stateName, Plain(grainId), grainState);
        // A mark may be cleared and set anew by one write: then all is done once more, in its order.
        await FollowAsync(write with { Body = KeptElsewhere, Due = set.Length == write.Due.Length ? [] : write.Due });
        _written[grainState] = index;
    });

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Carry(async () =>
    {
        var write = _formats.Of<T>().Clear(StateFormats.KeyOf(stateName, grainId), grainState.State!, 0);
        if (grainState.RecordExists)
        {
            await states.ClearStateAsync(stateName, Plain(grainId), grainState);
            await FollowAsync(write);
        }

        grainState.State = _formats.Of<T>().Empty();
        _written[grainState] = 0;
    });

    private async Task FollowAsync(RecordWrite write)
    {
        if (write is { Body: not null, Index: null, Events.IsDefaultOrEmpty: true, Due.IsEmpty: true })
            return;
        for (var tries = 1; ; tries++)
        {
            try
            {
                await store.WriteAsync(write with { ExpectedEtag = (await store.ReadAsync(write.Key))?.Etag ?? 0 });
                return;
            }
            catch (RecordConflictException) when (tries < TriesMax)
            {
                // Another activation's write got in between; its state was refused or is read again.
            }
        }
    }

    private static Task Carry(Func<Task> work) => StoreFailureException.Carry(async () =>
    {
        try
        {
            await work();
        }
        catch (DbException failure)
        {
            throw new StoreUnavailableException($"The grain states can't be reached: {failure.Message}", failure);
        }
    });

    /// <summary>
    /// The provider takes keys that read as hexadecimal numbers or as UUIDs for such: "7" and "07", "beef" and "BEEF" would share one state. No
    /// number begins with "=".
    /// </summary>
    private static GrainId Plain(GrainId grainId) => GrainId.Create(grainId.Type, IdSpan.Create("=" + grainId.Key));
}
