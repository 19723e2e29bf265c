using System.Collections.Immutable;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>Builds values from a reader. It recurses, at most <see cref="PlistReader.DepthMax"/> deep.</summary>
public static class PlistTree
{
    private static readonly PlistValue.Bool True = new(true);
    private static readonly PlistValue.Bool False = new(false);

    /// <summary>Reads an XML property list whole.</summary>
    public static PlistValue Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new PlistReader(utf8);
        reader.Read();
        var value = ReadValue(ref reader);
        reader.Read();
        return value;
    }

    /// <summary>Reads a container or scalar that a reader of the same bytes captured.</summary>
    public static PlistValue Read(ReadOnlySpan<byte> utf8, PlistSlice slice)
    {
        var reader = PlistReader.Within(utf8, slice);
        reader.Read();
        return ReadValue(ref reader);
    }

    /// <summary>The value that the reader has just begun; the reader stands at its end afterwards.</summary>
    public static PlistValue ReadValue(ref PlistReader reader) => ReadValue(ref reader, new PlistKeyNames());

    private static PlistValue ReadValue(ref PlistReader reader, PlistKeyNames names) => reader.Token switch
    {
        PlistToken.BeginDict => ReadDict(ref reader, names),
        PlistToken.BeginArray => ReadArray(ref reader, names),
        PlistToken.String => new PlistValue.String(reader.GetString()),
        PlistToken.Integer => new PlistValue.Integer(reader.GetInteger()),
        PlistToken.Real => new PlistValue.Real(reader.GetReal()),
        PlistToken.True => True,
        PlistToken.False => False,
        PlistToken.Date when reader.TryGetDate(out var date) => new PlistValue.Date(date),
        PlistToken.Date => new PlistValue.InvalidDate(reader.GetString()),
        PlistToken.Data => new PlistValue.Data(reader.GetData()),
        _ => throw new PlistException(PlistError.Type, reader.Position),
    };

    // The reader has refused duplicate keys already.
    private static PlistValue.Dict ReadDict(ref PlistReader reader, PlistKeyNames names)
    {
        var entries = new List<KeyValuePair<string, PlistValue>>(8);
        while (reader.Read() && reader.Token == PlistToken.Key)
        {
            var key = names.Of(reader.GetUtf8());
            reader.Read();
            entries.Add(KeyValuePair.Create(key, ReadValue(ref reader, names)));
        }

        return new PlistValue.Dict(new PlistEntries([.. entries]));
    }

    private static PlistValue.Array ReadArray(ref PlistReader reader, PlistKeyNames names)
    {
        var items = ImmutableArray.CreateBuilder<PlistValue>();
        while (reader.Read() && reader.Token != PlistToken.EndArray)
            items.Add(ReadValue(ref reader, names));
        return new PlistValue.Array(items.DrainToImmutable());
    }
}
