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

    public TState State { get; set; } = bridge.Format.Empty();

    public bool RecordExists => _etag != 0;

    public string? Etag => _etag == 0 ? null : _etag.ToString(CultureInfo.InvariantCulture);

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        var stored = await bridge.Store.ReadAsync(key, cancellationToken);
        State = stored is null ? bridge.Format.Empty() : bridge.Format.Decode(stored.Body);
        _etag = stored?.Etag ?? 0;
        _writtenIndex = 0;
    }

    public async Task WriteStateAsync(CancellationToken cancellationToken)
    {
        var (write, index) = bridge.Format.Next(key, State, _etag, _writtenIndex);
        _etag = await WriteAsync(write, cancellationToken);
        _writtenIndex = index;
    }

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        if (RecordExists)
            await WriteAsync(bridge.Format.Clear(key, State, _etag), cancellationToken);
        (State, _etag, _writtenIndex) = (bridge.Format.Empty(), 0, 0);
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
