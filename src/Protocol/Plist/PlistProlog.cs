using System.Text;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>What stands before the root value: byte order mark, declaration, document type, the plist tag. Nothing named there is ever fetched.</summary>
internal static class PlistProlog
{
    /// <summary>Where the content of the plist element begins.</summary>
    public static int Read(ReadOnlySpan<byte> xml) => xml.StartsWith(PlistEscape.Header) ? PlistEscape.Header.Length : ReadAny(xml);

    private static int ReadAny(ReadOnlySpan<byte> xml)
    {
        var at = xml.StartsWith("\uFEFF"u8) ? 3 : 0;
        if (xml[at..].StartsWith("<?xml"u8))
            at = Declaration(xml, at);
        var hasType = false;
        while (true)
        {
            at += SpaceLength(xml[at..]);
            var rest = xml[at..];
            if (rest.IsEmpty)
                throw new PlistException(at == 0 ? PlistError.NotPlist : PlistError.Truncated, at);
            if (rest.StartsWith("<!--"u8))
                at = Comment(xml, at);
            else if (rest.StartsWith("<?"u8))
                at = Past(xml, at, "?>"u8);
            else if (rest.StartsWith("<!DOCTYPE"u8) && !hasType)
                (at, hasType) = (DocumentType(xml, at), true);
            else
                return PlistTag(xml, at);
        }
    }

    private static int Declaration(ReadOnlySpan<byte> xml, int at)
    {
        var end = Past(xml, at, "?>"u8);
        var text = xml[at..end];
        var encoding = text.IndexOf("encoding"u8);
        if (encoding >= 0 && !IsUtf8(text[encoding..]))
            throw new PlistException(PlistError.Encoding, at + encoding);
        return end;
    }

    private static bool IsUtf8(ReadOnlySpan<byte> attribute)
    {
        var open = attribute.IndexOfAny((byte)'"', (byte)'\'');
        if (open < 0)
            return false;
        var value = attribute[(open + 1)..];
        var close = value.IndexOf(attribute[open]);
        return close >= 0 && (Ascii.EqualsIgnoreCase(value[..close], "utf-8"u8) || Ascii.EqualsIgnoreCase(value[..close], "us-ascii"u8));
    }

    private static int DocumentType(ReadOnlySpan<byte> xml, int at)
    {
        var end = Past(xml, at, ">"u8);
        var subset = xml[at..end].IndexOf((byte)'[');
        if (subset >= 0)
            throw new PlistException(PlistError.DocumentType, at + subset);
        return end;
    }

    private static int PlistTag(ReadOnlySpan<byte> xml, int at)
    {
        var rest = xml[at..];
        if (!rest.StartsWith("<plist"u8) || rest.Length < 7 || rest[6] is not ((byte)'>' or (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r'))
            throw new PlistException(PlistError.NotPlist, at);
        var end = Past(xml, at, ">"u8);
        return xml[end - 2] == '/' ? throw new PlistException(PlistError.NotPlist, at) : end;
    }

    private static int Comment(ReadOnlySpan<byte> xml, int at)
    {
        var dashes = Past(xml, at + 4, "--"u8);
        return dashes < xml.Length && xml[dashes] == '>' ? dashes + 1 : throw new PlistException(PlistError.Markup, dashes);
    }

    private static int Past(ReadOnlySpan<byte> xml, int at, ReadOnlySpan<byte> end)
    {
        var found = xml[at..].IndexOf(end);
        return found < 0 ? throw new PlistException(PlistError.Truncated, xml.Length) : at + found + end.Length;
    }

    private static int SpaceLength(ReadOnlySpan<byte> text)
    {
        var length = text.IndexOfAnyExcept(" \t\r\n"u8);
        return length < 0 ? text.Length : length;
    }
}
