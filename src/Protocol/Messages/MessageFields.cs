using System.Runtime.CompilerServices;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Messages;

/// <summary>
/// Where the known keys of one message stand, found in one pass; values become strings only when a message asks for them. Other keys
/// are passed over.
/// </summary>
internal ref struct MessageFields
{
    private readonly ReadOnlySpan<byte> _utf8;
    private Slots _slots;

    /// <exception cref="ProtocolException">Not a property list, or its root is no dictionary.</exception>
    public MessageFields(ReadOnlySpan<byte> utf8)
    {
        _utf8 = utf8;
        var reader = new PlistReader(utf8);
        reader.Read();
        if (reader.Token != PlistToken.BeginDict)
            throw new ProtocolException(ProtocolError.WrongType, "The root of a message is a dictionary.");
        while (reader.Read() && reader.Token == PlistToken.Key)
        {
            var key = MessageKeys.Of(reader.GetUtf8());
            reader.Read();
            if (key == MessageKey.Other)
                reader.Skip();
            else
                _slots[(int)key] = reader.Capture();
        }

        reader.Read();
    }

    public readonly bool Has(MessageKey key) => _slots[(int)key].IsPresent;

    /// <summary>The text of a key; null when absent.</summary>
    public readonly string? Text(MessageKey key)
    {
        var slot = Slot(key, PlistToken.String);
        return slot.IsPresent ? PlistText.String(_utf8, slot) : null;
    }

    public readonly string Required(MessageKey key) => Text(key) is { Length: > 0 } text ? text : throw Missing(key);

    /// <summary>The text of a key as UTF-8; empty when absent.</summary>
    public readonly ReadOnlySpan<byte> Utf8(MessageKey key)
    {
        var slot = Slot(key, PlistToken.String);
        return slot.IsPresent ? PlistText.Utf8(_utf8, slot) : [];
    }

    public readonly ReadOnlyMemory<byte>? Data(MessageKey key)
    {
        var slot = Slot(key, PlistToken.Data);
        return slot.IsPresent ? new ReadOnlyMemory<byte>(PlistScalars.Data(_utf8, slot)) : (ReadOnlyMemory<byte>?)null;
    }

    public readonly ReadOnlyMemory<byte> RequiredData(MessageKey key) => Data(key) is { Length: > 0 } data ? data : throw Missing(key);

    public readonly bool? Flag(MessageKey key) => _slots[(int)key].Token switch
    {
        PlistToken.None => null,
        PlistToken.True => true,
        PlistToken.False => false,
        _ => throw WrongType(key),
    };

    /// <summary>The value of a key, whole; null when absent.</summary>
    public readonly PlistValue? Value(MessageKey key) => _slots[(int)key] is { IsPresent: true } slot ? PlistTree.Read(_utf8, slot) : null;

    private readonly PlistSlice Slot(MessageKey key, PlistToken token)
    {
        var slot = _slots[(int)key];
        return slot.Token == token || !slot.IsPresent ? slot : throw WrongType(key);
    }

    private static ProtocolException Missing(MessageKey key) => new(ProtocolError.MissingKey, $"{key} is absent or empty.");

    private static ProtocolException WrongType(MessageKey key) => new(ProtocolError.WrongType, $"{key} has another type.");

    [InlineArray(MessageKeys.Count)]
    private struct Slots
    {
        private PlistSlice _first;
    }
}
