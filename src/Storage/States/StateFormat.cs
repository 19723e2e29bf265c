using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mdm.Fleet.Storage.States;

/// <summary>
/// Between a grain's state and its record, the same under every grain host: kind = the state's name, key = the grain's, body = UTF-8 JSON.
/// </summary>
public sealed class StateFormat<TState>(JsonTypeInfo<TState> json)
{
    /// <exception cref="JsonException">What is stored is not this type.</exception>
    public TState Decode(ReadOnlyMemory<byte> body) => JsonSerializer.Deserialize(body.Span, json) ?? Empty();

    public TState Empty() => Activator.CreateInstance<TState>();

    /// <summary>The write of a state as it is, and the digest of its index row: a row equal to the one last written is left out.</summary>
    /// <param name="key">The record.</param>
    /// <param name="state">The state; an <see cref="IStoredState"/> names what goes with it.</param>
    /// <param name="etag">The etag last read or written; 0 = there is no record.</param>
    /// <param name="writtenIndex">The digest that the last write answered; 0 = none since the state was read.</param>
    public (RecordWrite Write, UInt128 Index) Next(RecordKey key, TState state, long etag, UInt128 writtenIndex)
    {
        if (state is not IStoredState told)
            return (new RecordWrite(key, Encode(state), etag, null, [], []), 0);
        var row = told.TakeIndex();
        var (events, due) = (told.TakeEvents(), told.TakeDue());
        var index = row is null ? writtenIndex : IndexDigest.Of(row);
        return (new RecordWrite(key, Encode(state), etag, index == writtenIndex ? null : row, events, due), index);
    }

    /// <summary>The write that clears the record, with the state's last events and due marks.</summary>
    public RecordWrite Clear(RecordKey key, TState state, long etag)
    {
        var told = state as IStoredState;
        return new RecordWrite(key, null, etag, null, told?.TakeEvents() ?? [], told?.TakeDue() ?? []);
    }

    private byte[] Encode(TState state) => JsonSerializer.SerializeToUtf8Bytes(state, json);
}
