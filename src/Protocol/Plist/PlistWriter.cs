using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>
/// Writes an XML property list with Apple's header, deterministically. Dictionaries and arrays are begun and ended by the caller;
/// <see cref="Complete"/> ends the document.
/// </summary>
public sealed class PlistWriter(IBufferWriter<byte> output)
{
    private const long DictLevel = 1;

    private int _depth;
    private ulong _dictLevels;
    private bool _hasKey;
    private bool _hasRoot;

    /// <summary>One value as a whole document.</summary>
    public static byte[] ToArray(PlistValue value)
    {
        var output = new ArrayBufferWriter<byte>(512);
        Write(output, value);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes one value as a whole document.</summary>
    public static void Write(IBufferWriter<byte> output, PlistValue value)
    {
        var writer = new PlistWriter(output);
        writer.Value(value);
        writer.Complete();
    }

    public void BeginDict() => Begin("<dict>\n"u8, isDict: true);

    public void EndDict() => End("</dict>\n"u8, isDict: true);

    public void BeginArray() => Begin("<array>\n"u8, isDict: false);

    public void EndArray() => End("</array>\n"u8, isDict: false);

    public void Key(string key)
    {
        if (_depth == 0 || !IsInDict || _hasKey)
            throw new InvalidOperationException("A key stands in a dictionary, before its value.");
        Indent();
        output.Write("<key>"u8);
        PlistEscape.Write(output, key);
        output.Write("</key>\n"u8);
        _hasKey = true;
    }

    /// <exception cref="PlistException">XML cannot hold a character of the text.</exception>
    public void String(string value)
    {
        BeginScalar("<string>"u8);
        PlistEscape.Write(output, value);
        output.Write("</string>\n"u8);
    }

    public void Integer(Int128 value)
    {
        BeginScalar("<integer>"u8);
        Format(value);
        output.Write("</integer>\n"u8);
    }

    public void Real(double value)
    {
        BeginScalar("<real>"u8);
        if (double.IsFinite(value))
            Format(value);
        else
            output.Write(double.IsNaN(value) ? "nan"u8 : value > 0 ? "+infinity"u8 : "-infinity"u8);
        output.Write("</real>\n"u8);
    }

    public void Bool(bool value) => BeginScalar(value ? "<true/>\n"u8 : "<false/>\n"u8);

    public void Date(DateTimeOffset value)
    {
        BeginScalar("<date>"u8);
        PlistEscape.Write(output, value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        output.Write("</date>\n"u8);
    }

    public void Data(ReadOnlySpan<byte> value)
    {
        BeginScalar("<data>"u8);
        var room = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(value.Length));
        Base64.EncodeToUtf8(value, room, out _, out var written);
        output.Advance(written);
        output.Write("</data>\n"u8);
    }

    /// <summary>Writes a value with all that it holds.</summary>
    public void Value(PlistValue value) => PlistTreeWriter.Write(this, value);

    /// <summary>A key with its text; nothing when the text is null.</summary>
    public void Pair(string key, string? value)
    {
        if (value is null)
            return;
        Key(key);
        String(value);
    }

    /// <summary>A key with its flag; nothing when it is null.</summary>
    public void Pair(string key, bool? value)
    {
        if (value is null)
            return;
        Key(key);
        Bool(value.Value);
    }

    /// <summary>A key with its bytes; nothing when they are null.</summary>
    public void Pair(string key, ReadOnlyMemory<byte>? value)
    {
        if (value is null)
            return;
        Key(key);
        Data(value.Value.Span);
    }

    /// <summary>A key with its value; nothing when it is null.</summary>
    public void Pair(string key, PlistValue? value)
    {
        if (value is null)
            return;
        Key(key);
        Value(value);
    }

    /// <summary>Ends the document.</summary>
    public void Complete()
    {
        if (_depth != 0 || !_hasRoot)
            throw new InvalidOperationException("A container is still open, or nothing was written.");
        output.Write("</plist>\n"u8);
    }

    internal void InvalidDate(string text)
    {
        BeginScalar("<date>"u8);
        PlistEscape.Write(output, text);
        output.Write("</date>\n"u8);
    }

    private bool IsInDict => (_dictLevels & DictLevel) != 0;

    private void Begin(ReadOnlySpan<byte> tag, bool isDict)
    {
        BeginScalar(tag);
        if (_depth == PlistReader.DepthMax)
            throw new PlistException(PlistError.Depth, 0);
        _depth++;
        _dictLevels = (_dictLevels << 1) | (isDict ? 1UL : 0UL);
    }

    private void End(ReadOnlySpan<byte> tag, bool isDict)
    {
        if (_depth == 0 || IsInDict != isDict || _hasKey)
            throw new InvalidOperationException("This container is not open, or a key lacks its value.");
        _depth--;
        _dictLevels >>= 1;
        Indent();
        output.Write(tag);
    }

    private void BeginScalar(ReadOnlySpan<byte> tag)
    {
        if (_depth == 0 ? _hasRoot : IsInDict != _hasKey)
            throw new InvalidOperationException("A value has no place here.");
        if (_depth == 0)
            output.Write(PlistEscape.Header);
        _hasRoot = true;
        _hasKey = false;
        Indent();
        output.Write(tag);
    }

    private void Indent()
    {
        var room = output.GetSpan(PlistReader.DepthMax);
        room[.._depth].Fill((byte)'\t');
        output.Advance(_depth);
    }

    private void Format<T>(T value)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(output.GetSpan(64), out var written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
    }
}
