using System.Globalization;
using Mdm.Fleet.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace Mdm.Fleet.Embedded.Persistence;

/// <summary>One record of one activation. Other failures than a conflict pass through as the store throws them.</summary>
internal sealed class PersistentState<TState>(StateBridge<TState> bridge, RecordKey key) : IPersistentState<TState>, IActivationState
{
    private UInt128 _writtenIndex;
    private long _etag;

    public TState State { get; set; } = StateBridge<TState>.Empty();

    public bool RecordExists => _etag != 0;

    public string? Etag => _etag == 0 ? null : _etag.ToString(CultureInfo.InvariantCulture);

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        var stored = await bridge.Store.ReadAsync(key, cancellationToken);
        State = stored is null ? StateBridge<TState>.Empty() : bridge.Decode(stored.Body);
        _etag = stored?.Etag ?? 0;
        _writtenIndex = 0;
    }

    public async Task WriteStateAsync(CancellationToken cancellationToken)
    {
        var (write, index) = Next();
        _etag = await WriteAsync(write, cancellationToken);
        _writtenIndex = index;
    }

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        var told = State as IStoredState;
        if (RecordExists)
            await WriteAsync(new RecordWrite(key, null, _etag, null, told?.TakeEvents() ?? [], told?.TakeDue() ?? []), cancellationToken);
        (State, _etag, _writtenIndex) = (StateBridge<TState>.Empty(), 0, 0);
    }

    /// <summary>The write of the state as it is; an index row equal to the last one written is left out.</summary>
    private (RecordWrite Write, UInt128 Index) Next()
    {
        if (State is not IStoredState told)
            return (new RecordWrite(key, bridge.Encode(State), _etag, null, [], []), 0);
        var row = told.TakeIndex();
        var (events, due) = (told.TakeEvents(), told.TakeDue());
        var index = row is null ? _writtenIndex : IndexDigest.Of(row);
        return (new RecordWrite(key, bridge.Encode(State), _etag, index == _writtenIndex ? null : row, events, due), index);
    }

    private async Task<long> WriteAsync(RecordWrite write, CancellationToken cancellationToken)
    {
        try
        {
            return await bridge.Store.WriteAsync(write, cancellationToken);
        }
        catch (RecordConflictException e)
        {
            throw new InconsistentStateException(e.Message, e.StoredEtag?.ToString(CultureInfo.InvariantCulture), Etag, e);
        }
    }
}
