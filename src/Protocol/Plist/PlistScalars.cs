using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>Numbers, dates and data, from their text.</summary>
internal static class PlistScalars
{
    public static Int128 Integer(ReadOnlySpan<byte> xml, PlistSlice slice)
    {
        Expect(slice, PlistToken.Integer);
        var text = PlistText.Utf8(xml, slice).Trim(" \t\r\n"u8);
        var isNegative = text is [(byte)'-', ..];
        var digits = text is [(byte)'-' or (byte)'+', .. var rest] ? rest : text;
        var isHex = digits is [(byte)'0', (byte)'x' or (byte)'X', ..];
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (!ulong.TryParse(isHex ? digits[2..] : digits, style, CultureInfo.InvariantCulture, out var size))
            throw new PlistException(PlistError.Integer, slice.Start);
        var value = isNegative ? -(Int128)size : size;
        return value < long.MinValue ? throw new PlistException(PlistError.Integer, slice.Start) : value;
    }

    public static double Real(ReadOnlySpan<byte> xml, PlistSlice slice)
    {
        Expect(slice, PlistToken.Real);
        var text = PlistText.Utf8(xml, slice).Trim(" \t\r\n"u8);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : Special(text) ?? throw new PlistException(PlistError.Real, slice.Start);
    }

    public static bool TryDate(ReadOnlySpan<byte> xml, PlistSlice slice, out DateTimeOffset date)
    {
        Expect(slice, PlistToken.Date);
        var text = PlistText.Utf8(xml, slice).Trim(" \t\r\n"u8);
        Span<char> wide = stackalloc char[20];
        date = default;
        return text.Length == 20 && Ascii.ToUtf16(text, wide, out _) == OperationStatus.Done
            && DateTimeOffset.TryParseExact(
                wide, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out date);
    }

    public static byte[] Data(ReadOnlySpan<byte> xml, PlistSlice slice)
    {
        Expect(slice, PlistToken.Data);
        var text = PlistText.Utf8(xml, slice);
        var room = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            return Decode(WithoutSpace(text, room)) ?? throw new PlistException(PlistError.Data, slice.Start);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    // The framework's decoder does not take white space in every place where property lists have it.
    private static ReadOnlySpan<byte> WithoutSpace(ReadOnlySpan<byte> text, Span<byte> room)
    {
        var length = 0;
        while (!(text = text.TrimStart(" \t\r\n"u8)).IsEmpty)
        {
            var end = text.IndexOfAny(" \t\r\n"u8);
            var run = end < 0 ? text : text[..end];
            run.CopyTo(room[length..]);
            length += run.Length;
            text = text[run.Length..];
        }

        return room[..length];
    }

    private static byte[]? Decode(ReadOnlySpan<byte> base64)
    {
        if (!Base64.IsValid(base64, out var length))
            return null;
        var bytes = new byte[length];
        return Base64.DecodeFromUtf8(base64, bytes, out _, out var written) == OperationStatus.Done && written == length ? bytes : null;
    }

    private static double? Special(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text).ToUpperInvariant() switch
    {
        "NAN" => double.NaN,
        "INF" or "+INF" or "INFINITY" or "+INFINITY" => double.PositiveInfinity,
        "-INF" or "-INFINITY" => double.NegativeInfinity,
        _ => null,
    };

    private static void Expect(PlistSlice slice, PlistToken token)
    {
        if (slice.Token != token)
            throw new PlistException(PlistError.Type, slice.Start);
    }
}
