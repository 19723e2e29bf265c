using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>The object table of one binary property list.</summary>
internal ref struct BinaryPlistObjects(ReadOnlySpan<byte> objects, ReadOnlySpan<byte> offsets, int count, int offsetSize, int referenceSize)
{
    private static readonly DateTimeOffset Epoch = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding Utf16 = new(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _objects = objects;
    private readonly ReadOnlySpan<byte> _offsets = offsets;
    private readonly PlistValue?[] _scalars = new PlistValue?[count];
    private int _budget = objects.Length;

    public PlistValue Read(ulong reference, int depth)
    {
        var at = OffsetOf(reference);
        if (--_budget < 0)
            throw new PlistException(PlistError.Binary, at);
        return (_objects[at] >> 4) switch
        {
            0xA => Array(at, depth + 1),
            0xD => Dict(at, depth + 1),
            // Writers share equal scalars: each is decoded once, however often it is named.
            _ => _scalars[reference] ??= Scalar(at),
        };
    }

    private readonly PlistValue Scalar(int at)
    {
        var (kind, info) = (_objects[at] >> 4, _objects[at] & 0xF);
        return kind switch
        {
            0x0 when info is 8 or 9 => new PlistValue.Bool(info == 9),
            0x1 => Integer(at, info),
            0x2 => new PlistValue.Real(Real(at, info)),
            0x3 when info == 3 => Date(at),
            0x4 => new PlistValue.Data(Sized(at, 1).ToArray()),
            0x5 or 0x7 => new PlistValue.String(Text(Utf8, Sized(at, 1), at)),
            0x6 => new PlistValue.String(Text(Utf16, Sized(at, 2), at)),
            _ => throw new PlistException(PlistError.Binary, at),
        };
    }

    private PlistValue.Array Array(int at, int depth)
    {
        var references = Container(at, depth, width: 1);
        var items = ImmutableArray.CreateBuilder<PlistValue>();
        for (var i = 0; i < references.Length; i += referenceSize)
            items.Add(Read(Number(references.Slice(i, referenceSize)), depth));
        return new PlistValue.Array(items.DrainToImmutable());
    }

    private PlistValue.Dict Dict(int at, int depth)
    {
        var references = Container(at, depth, width: 2);
        var values = references[(references.Length / 2)..];
        var entries = new List<KeyValuePair<string, PlistValue>>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < values.Length; i += referenceSize)
        {
            if (Read(Number(references.Slice(i, referenceSize)), depth) is not PlistValue.String key)
                throw new PlistException(PlistError.Type, at);
            if (!keys.Add(key.Value))
                throw new PlistException(PlistError.DuplicateKey, at);
            entries.Add(KeyValuePair.Create(key.Value, Read(Number(values.Slice(i, referenceSize)), depth)));
        }

        return new PlistValue.Dict(new PlistEntries([.. entries]));
    }

    private readonly ReadOnlySpan<byte> Container(int at, int depth, int width) =>
        depth > PlistReader.DepthMax ? throw new PlistException(PlistError.Depth, at) : Sized(at, referenceSize * width);

    private readonly PlistValue.Integer Integer(int at, int info)
    {
        var bytes = info <= 4 ? Bytes(at + 1, 1L << info) : throw new PlistException(PlistError.Integer, at);
        var value = bytes.Length switch
        {
            8 => BinaryPrimitives.ReadInt64BigEndian(bytes),
            16 => BinaryPrimitives.ReadInt128BigEndian(bytes),
            _ => (Int128)Number(bytes),
        };
        return value < long.MinValue || value > ulong.MaxValue ? throw new PlistException(PlistError.Integer, at) : new PlistValue.Integer(value);
    }

    private readonly double Real(int at, int info) => info switch
    {
        2 => BinaryPrimitives.ReadSingleBigEndian(Bytes(at + 1, 4)),
        3 => BinaryPrimitives.ReadDoubleBigEndian(Bytes(at + 1, 8)),
        _ => throw new PlistException(PlistError.Real, at),
    };

    private readonly PlistValue Date(int at)
    {
        var seconds = Real(at, 3);
        return Math.Abs(seconds) < 6e10
            ? new PlistValue.Date(Epoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)))
            : new PlistValue.InvalidDate("");
    }

    private static string Text(Encoding encoding, ReadOnlySpan<byte> bytes, int at)
    {
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new PlistException(PlistError.Encoding, at);
        }
    }

    // The low half of the marker is the count, or 15 and an integer object follows.
    private readonly ReadOnlySpan<byte> Sized(int at, int width)
    {
        var info = _objects[at] & 0xF;
        if (info < 15)
            return Bytes(at + 1, (long)info * width);
        var marker = Bytes(at + 1, 1)[0];
        if (marker is < 0x10 or > 0x13)
            throw new PlistException(PlistError.Binary, at);
        var sizeLength = 1 << (marker & 0xF);
        var size = Number(Bytes(at + 2, sizeLength));
        return size > (ulong)_objects.Length ? throw new PlistException(PlistError.Binary, at) : Bytes(at + 2 + sizeLength, (long)size * width);
    }

    private readonly ReadOnlySpan<byte> Bytes(int at, long length) =>
        at <= _objects.Length && length <= _objects.Length - at ? _objects.Slice(at, (int)length) : throw new PlistException(PlistError.Binary, at);

    private readonly int OffsetOf(ulong reference)
    {
        if (reference >= (ulong)count)
            throw new PlistException(PlistError.Binary, _objects.Length);
        var offset = Number(_offsets.Slice((int)reference * offsetSize, offsetSize));
        return offset >= 8 && offset < (ulong)_objects.Length ? (int)offset : throw new PlistException(PlistError.Binary, _objects.Length);
    }

    private static ulong Number(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        foreach (var b in bytes)
            value = (value << 8) | b;
        return value;
    }
}
