using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Connect;

/// <summary>
/// What a device adds to an Acknowledged, by command. A closed family. Each decoder answers null when its key is absent, which is not
/// an empty list: a report that says nothing proves nothing.
/// </summary>
public abstract record CommandResult
{
    private protected CommandResult()
    {
    }

    /// <summary>The keys at the top level of the message.</summary>
    internal abstract PlistValue.Dict ToDict();

    /// <summary>The value of a top-level key, whole; null when absent.</summary>
    /// <exception cref="ProtocolException">The message is malformed.</exception>
    private protected static PlistValue? Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key)
    {
        var reader = new PlistReader(body);
        reader.Read();
        if (reader.Token != PlistToken.BeginDict)
            throw new ProtocolException(ProtocolError.WrongType, "The root of a message is a dictionary.");
        while (reader.Read() && reader.Token == PlistToken.Key)
        {
            var found = reader.TextEquals(key);
            reader.Read();
            if (found)
                return PlistTree.ReadValue(ref reader);
            reader.Skip();
        }

        return null;
    }

    /// <summary>The dictionaries of a list at a top-level key; null when the key is absent or no list.</summary>
    private protected static IEnumerable<PlistValue.Dict>? FindList(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key) =>
        (Find(body, key) as PlistValue.Array)?.Items.OfType<PlistValue.Dict>();

    private protected static PlistValue.Dict ListDict<T>(string key, ImmutableArray<T> items, Func<T, PlistValue.Dict> toDict) =>
        PlistValue.Dict.Of((key, new PlistValue.Array([.. items.Select(toDict)])));
}
