using System.Buffers;
using System.Text;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>Text on its way into XML.</summary>
internal static class PlistEscape
{
    private static readonly SearchValues<char> Special = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\v\f\r\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017"
        + "\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F&<>\uFFFE\uFFFF");

    public static ReadOnlySpan<byte> Header => """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <plist version="1.0">

        """u8;

    /// <exception cref="PlistException">XML cannot hold a character, or a surrogate stands alone.</exception>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        while (text.IndexOfAny(Special) is >= 0 and var special)
        {
            WritePlain(output, text[..special]);
            output.Write(Escape(text[special]));
            text = text[(special + 1)..];
        }

        WritePlain(output, text);
    }

    private static ReadOnlySpan<byte> Escape(char special) => special switch
    {
        '&' => "&amp;"u8,
        '<' => "&lt;"u8,
        '>' => "&gt;"u8,
        '\r' => "&#13;"u8,
        _ => throw new PlistException(PlistError.Character, 0),
    };

    private static void WritePlain(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        var room = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        var status = System.Text.Unicode.Utf8.FromUtf16(text, room, out _, out var written, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
            throw new PlistException(PlistError.Character, 0);
        output.Advance(written);
    }
}
