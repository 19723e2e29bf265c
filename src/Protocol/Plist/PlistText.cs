using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>Text of keys and scalars: entities, CDATA, line ends (XML 1.0, sections 2.2, 2.11 and 4.6).</summary>
internal static class PlistText
{
    private static readonly SearchValues<byte> Controls =
        SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);

    public static string String(ReadOnlySpan<byte> xml, PlistSlice slice) => Encoding.UTF8.GetString(Utf8(xml, slice));

    /// <summary>The text as it is meant; the input itself when nothing in it is encoded.</summary>
    public static ReadOnlySpan<byte> Utf8(ReadOnlySpan<byte> xml, PlistSlice slice)
    {
        var raw = xml.Slice(slice.Start, slice.Length);
        return slice.Plain ? raw : Decode(raw, slice.Start);
    }

    /// <exception cref="PlistException">A binary property list, a byte sequence that is not UTF-8, or a character that has no place in XML.</exception>
    public static void CheckCharacters(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith("bplist"u8))
            throw new PlistException(PlistError.NotPlist, 0);
        if (!System.Text.Unicode.Utf8.IsValid(utf8))
            throw new PlistException(PlistError.Encoding, FirstInvalid(utf8));
        var control = utf8.IndexOfAny(Controls);
        if (control >= 0)
            throw new PlistException(control <= 1 ? PlistError.Encoding : PlistError.Character, control);
        if (utf8.IndexOf((byte)0xEF) >= 0)
            CheckNonCharacters(utf8);
    }

    /// <summary>XML 1.0, production Char.</summary>
    public static bool IsXmlCharacter(int code) =>
        code is 0x9 or 0xA or 0xD or (>= 0x20 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD) or (>= 0x10000 and <= 0x10FFFF);

    private static void CheckNonCharacters(ReadOnlySpan<byte> utf8)
    {
        var found = Math.Max(utf8.IndexOf("\uFFFE"u8), utf8.IndexOf("\uFFFF"u8));
        if (found >= 0)
            throw new PlistException(PlistError.Character, found);
    }

    private static int FirstInvalid(ReadOnlySpan<byte> utf8)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(utf8[at..], out _, out var length) == OperationStatus.Done)
            at += length;
        return at;
    }

    // What is decoded is never longer than what encodes it.
    private static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> raw, int offset)
    {
        var output = new byte[raw.Length];
        var (at, length) = (0, 0);
        while (at < raw.Length)
        {
            var next = raw[at..].IndexOfAny((byte)'<', (byte)'&', (byte)'\r');
            var plain = next < 0 ? raw[at..] : raw.Slice(at, next);
            plain.CopyTo(output.AsSpan(length));
            length += plain.Length;
            at += plain.Length;
            if (next >= 0)
                at += DecodeOne(raw[at..], output, ref length, offset + at);
        }

        return output.AsSpan(0, length);
    }

    private static int DecodeOne(ReadOnlySpan<byte> raw, byte[] output, ref int length, int offset)
    {
        if (raw[0] == '&')
            return Entity(raw, output, ref length, offset);
        if (raw[0] == '\r')
        {
            output[length++] = (byte)'\n';
            return raw.Length > 1 && raw[1] == '\n' ? 2 : 1;
        }

        if (!raw.StartsWith("<![CDATA["u8))
            return raw.IndexOf("-->"u8) + 3;
        var end = raw.IndexOf("]]>"u8);
        for (var i = 9; i < end; i++)
            if (raw[i] != '\r')
                output[length++] = raw[i];
            else if (raw[i + 1] != '\n')
                output[length++] = (byte)'\n';
        return end + 3;
    }

    private static int Entity(ReadOnlySpan<byte> raw, byte[] output, ref int length, int offset)
    {
        var end = raw[..Math.Min(raw.Length, 16)].IndexOf((byte)';');
        var name = end < 0 ? [] : raw[1..end];
        var code = name switch
        {
            [(byte)'a', (byte)'m', (byte)'p'] => '&',
            [(byte)'l', (byte)'t'] => '<',
            [(byte)'g', (byte)'t'] => '>',
            [(byte)'q', (byte)'u', (byte)'o', (byte)'t'] => '"',
            [(byte)'a', (byte)'p', (byte)'o', (byte)'s'] => '\'',
            [(byte)'#', (byte)'x', .. var hex] => Number(hex, NumberStyles.AllowHexSpecifier),
            [(byte)'#', .. var digits] => Number(digits, NumberStyles.None),
            _ => -1,
        };
        if (code < 0)
            throw new PlistException(PlistError.Entity, offset);
        if (!IsXmlCharacter(code))
            throw new PlistException(PlistError.Character, offset);
        length += new Rune(code).EncodeToUtf8(output.AsSpan(length));
        return end + 1;
    }

    private static int Number(ReadOnlySpan<byte> digits, NumberStyles style) =>
        int.TryParse(digits, style, CultureInfo.InvariantCulture, out var code) && code >= 0 ? code : -1;
}
