using System.Collections.Immutable;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>Builds values from a reader. It recurses, at most <see cref="PlistReader.DepthMax"/> deep.</summary>
public static class PlistTree
{
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
    public static PlistValue ReadValue(ref PlistReader reader) => reader.Token switch
    {
        PlistToken.BeginDict => ReadDict(ref reader),
        PlistToken.BeginArray => ReadArray(ref reader),
        PlistToken.String => new PlistValue.String(reader.GetString()),
        PlistToken.Integer => new PlistValue.Integer(reader.GetInteger()),
        PlistToken.Real => new PlistValue.Real(reader.GetReal()),
        PlistToken.True => new PlistValue.Bool(true),
        PlistToken.False => new PlistValue.Bool(false),
        PlistToken.Date when reader.TryGetDate(out var date) => new PlistValue.Date(date),
        PlistToken.Date => new PlistValue.InvalidDate(reader.GetString()),
        PlistToken.Data => new PlistValue.Data(reader.GetData()),
        _ => throw new PlistException(PlistError.Type, reader.Position),
    };

    private static PlistValue.Dict ReadDict(ref PlistReader reader)
    {
        var entries = new OrderedDictionary<string, PlistValue>(StringComparer.Ordinal);
        while (reader.Read() && reader.Token == PlistToken.Key)
        {
            var key = reader.GetString();
            reader.Read();
            entries.Add(key, ReadValue(ref reader));
        }

        return new PlistValue.Dict(entries);
    }

    private static PlistValue.Array ReadArray(ref PlistReader reader)
    {
        var items = ImmutableArray.CreateBuilder<PlistValue>();
        while (reader.Read() && reader.Token != PlistToken.EndArray)
            items.Add(ReadValue(ref reader));
        return new PlistValue.Array(items.DrainToImmutable());
    }
}
