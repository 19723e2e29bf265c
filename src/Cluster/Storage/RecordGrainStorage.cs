using System.Globalization;
using System.Text.Json;
using Mdm.Fleet.Storage;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Mdm.Fleet.Cluster.Storage;

/// <summary>
/// Grain states as records of our store, with their index rows, events and due marks: the bytes and etags that the embedded host writes.
/// A conflict is Orleans' own exception; any other failure crosses Orleans in a <see cref="StoreFailureException"/>.
/// </summary>
public sealed class RecordGrainStorage(IRecordStore store, JsonSerializerOptions json) : IGrainStorage
{
    private readonly StateFormats _formats = new(json);
    private readonly WrittenIndexes _written = new();

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        StoreFailureException.Carry(async () =>
        {
            var stored = await store.ReadAsync(StateFormats.KeyOf(stateName, grainId), cancellationToken);
            var format = _formats.Of<T>();
            Take(grainState, stored is null ? format.Empty() : format.Decode(stored.Body), stored?.Etag ?? 0, 0);
        });

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        StoreFailureException.Carry(async () =>
        {
            var state = grainState.State!;
            var (write, index) = _formats.Of<T>().Next(StateFormats.KeyOf(stateName, grainId), state, EtagOf(grainState), _written[grainState]);
            Take(grainState, state, await WriteAsync(write, grainState.ETag, cancellationToken), index);
        });

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        StoreFailureException.Carry(async () =>
        {
            var format = _formats.Of<T>();
            if (grainState.RecordExists)
                await WriteAsync(format.Clear(StateFormats.KeyOf(stateName, grainId), grainState.State!, EtagOf(grainState)), grainState.ETag, cancellationToken);
            Take(grainState, format.Empty(), 0, 0);
        });

    private void Take<T>(IGrainState<T> grainState, T state, long etag, UInt128 index)
    {
        (grainState.State, grainState.RecordExists) = (state, etag != 0);
        grainState.ETag = etag == 0 ? null! : etag.ToString(CultureInfo.InvariantCulture);
        _written[grainState] = index;
    }

    private async Task<long> WriteAsync(RecordWrite write, string? etag, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WriteAsync(write, cancellationToken);
        }
        catch (RecordConflictException e)
        {
            throw new InconsistentStateException(e.Message, e.StoredEtag?.ToString(CultureInfo.InvariantCulture), etag, e);
        }
    }

    private static long EtagOf<T>(IGrainState<T> grainState) =>
        grainState.ETag is { } etag ? long.Parse(etag, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
}
