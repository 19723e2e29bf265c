using System.Runtime.CompilerServices;

namespace Mdm.Fleet.Protocol.Plist;

internal enum PlistTagKind : byte
{
    Open,
    Close,
    Empty,
}

internal readonly record struct PlistTag(PlistToken Token, PlistTagKind Kind);

/// <summary>The markup below the reader: tags, text between tags, comments and processing instructions.</summary>
internal ref struct PlistScanner(ReadOnlySpan<byte> xml)
{
    public readonly ReadOnlySpan<byte> Xml = xml;

    public int Position;

    private readonly ReadOnlySpan<byte> Rest => Xml[Position..];

    /// <summary>Goes to the root value.</summary>
    public void ReadProlog(bool isFragment)
    {
        if (!isFragment)
            Position = PlistProlog.Read(Xml);
        SkipMisc();
    }

    /// <summary>Checks that nothing but the end tag of plist and white space follows.</summary>
    public void ReadEpilog(bool isFragment)
    {
        if (!isFragment)
        {
            SkipMisc();
            if (!Rest.StartsWith("</plist"u8))
                throw Refuse(PlistError.Markup);
            Position += "</plist"u8.Length;
            EndTag();
        }

        while (Position < Xml.Length)
            if (!SkipOneMisc())
                throw Refuse(PlistError.StrayText);
    }

    /// <summary>Skips white space, comments and processing instructions up to a tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SkipMisc()
    {
        var xml = Xml;
        var at = Position;
        while ((uint)at < (uint)xml.Length && xml[at] <= ' ')
            at++;
        Position = at;
        if ((uint)(at + 1) >= (uint)xml.Length || xml[at] != '<' || xml[at + 1] is (byte)'!' or (byte)'?')
            SkipAnyMisc();
    }

    private void SkipAnyMisc()
    {
        while (Position < Xml.Length)
        {
            if (Xml[Position] == '<' && Position + 1 < Xml.Length && Xml[Position + 1] is not ((byte)'!' or (byte)'?'))
                return;
            if (!SkipOneMisc())
                throw Refuse(PlistError.StrayText);
        }

        throw Refuse(PlistError.Truncated);
    }

    /// <summary>Reads a tag; the commonest ones, as devices write them, first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PlistTag ReadTag()
    {
        var rest = Rest;
        if (rest.StartsWith("<key>"u8))
        {
            Position += 5;
            return new PlistTag(PlistToken.Key, PlistTagKind.Open);
        }

        if (!rest.StartsWith("<string>"u8))
            return ReadAnyTag();
        Position += 8;
        return new PlistTag(PlistToken.String, PlistTagKind.Open);
    }

    private PlistTag ReadAnyTag()
    {
        var isClose = Xml[Position + 1] == '/';
        Position += isClose ? 2 : 1;
        var token = TokenOf(ReadName());
        var isEmpty = !isClose && Position < Xml.Length && Xml[Position] == '/';
        if (isEmpty)
            Position++;
        EndTag();
        return new PlistTag(token, isClose ? PlistTagKind.Close : isEmpty ? PlistTagKind.Empty : PlistTagKind.Open);
    }

    /// <summary>Reads up to and past the end tag of a scalar or key.</summary>
    public PlistSlice ReadText(PlistToken token, PlistTagKind kind)
    {
        if (kind == PlistTagKind.Empty)
            return new PlistSlice(Position, 0, token, Plain: true);
        var start = Position;
        var plain = true;
        while (true)
        {
            var next = Rest.IndexOfAny((byte)'<', (byte)'&', (byte)'\r');
            if (next < 0)
                throw new PlistException(PlistError.Truncated, Xml.Length);
            Position += next;
            if (Xml[Position] == '<' && !Rest.StartsWith("<!"u8))
                break;
            plain = false;
            SkipEncoded();
        }

        var text = new PlistSlice(start, Position - start, token, plain);
        if (!plain)
            PlistText.Utf8(Xml, text);
        CloseText(token);
        return text;
    }

    private void SkipEncoded()
    {
        if (Rest.StartsWith("<![CDATA["u8))
            SkipPast("]]>"u8);
        else if (Xml[Position] == '<')
            SkipComment();
        else
            Position++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CloseText(PlistToken token)
    {
        if (token == PlistToken.Key && Rest.StartsWith("</key>"u8))
            Position += 6;
        else if (token == PlistToken.String && Rest.StartsWith("</string>"u8))
            Position += 9;
        else
            CloseAnyText(token);
    }

    private void CloseAnyText(PlistToken token)
    {
        if (Position + 1 >= Xml.Length)
            throw new PlistException(PlistError.Truncated, Xml.Length);
        var at = Position;
        if (Xml[Position + 1] != '/' || ReadTag().Token != token)
            throw new PlistException(PlistError.Markup, at);
    }

    private bool SkipOneMisc()
    {
        switch (Xml[Position])
        {
            case (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r':
                Position++;
                return true;
            case (byte)'<' when Rest.StartsWith("<!--"u8):
                SkipComment();
                return true;
            case (byte)'<' when Rest.StartsWith("<?"u8) && !Rest.StartsWith("<?xml "u8):
                SkipPast("?>"u8);
                return true;
            case (byte)'<' when Rest.Length < 4:
                throw Refuse(PlistError.Truncated);
            case (byte)'<':
                throw Refuse(PlistError.Markup);
            default:
                return false;
        }
    }

    private void SkipComment()
    {
        if (!Rest.StartsWith("<!--"u8))
            throw Refuse(PlistError.Markup);
        Position += 4;
        SkipPast("--"u8);
        if (Position >= Xml.Length || Xml[Position++] != '>')
            throw Refuse(PlistError.Markup);
    }

    private void SkipPast(ReadOnlySpan<byte> end)
    {
        var found = Rest.IndexOf(end);
        if (found < 0)
            throw new PlistException(PlistError.Truncated, Xml.Length);
        Position += found + end.Length;
    }

    private ReadOnlySpan<byte> ReadName()
    {
        var start = Position;
        while (Position < Xml.Length && (uint)(Xml[Position] - 'a') < 26)
            Position++;
        return Xml[start..Position];
    }

    private void EndTag()
    {
        while (Position < Xml.Length && Xml[Position] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            Position++;
        if (Position >= Xml.Length)
            throw Refuse(PlistError.Truncated);
        if (Xml[Position++] != '>')
            throw Refuse(PlistError.Markup);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly PlistToken TokenOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        3 when name.SequenceEqual("key"u8) => PlistToken.Key,
        4 when name.SequenceEqual("dict"u8) => PlistToken.BeginDict,
        4 when name.SequenceEqual("data"u8) => PlistToken.Data,
        4 when name.SequenceEqual("true"u8) => PlistToken.True,
        4 when name.SequenceEqual("real"u8) => PlistToken.Real,
        4 when name.SequenceEqual("date"u8) => PlistToken.Date,
        5 when name.SequenceEqual("array"u8) => PlistToken.BeginArray,
        5 when name.SequenceEqual("false"u8) => PlistToken.False,
        6 when name.SequenceEqual("string"u8) => PlistToken.String,
        7 when name.SequenceEqual("integer"u8) => PlistToken.Integer,
        _ => throw Refuse(Position >= Xml.Length ? PlistError.Truncated : PlistError.Markup),
    };

    private readonly PlistException Refuse(PlistError reason) => new(reason, Position);
}
