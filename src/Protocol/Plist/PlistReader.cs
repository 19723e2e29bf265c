using System.Runtime.CompilerServices;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>
/// Reads an XML property list forward, without allocating, from UTF-8 bytes. Refuses document type subsets, entities, duplicate keys,
/// stray text and more than <see cref="DepthMax"/> levels. Pass it by reference: a copy would read on its own.
/// </summary>
public ref struct PlistReader
{
    /// <summary>Containers inside each other.</summary>
    public const int DepthMax = 64;

    private readonly bool _isFragment;
    private PlistScanner _scan;
    private PlistKeys _keys;
    private ulong _dictLevels;
    private int _depth;
    private int _elementStart;
    private bool _hasKey;
    private bool _closesEmpty;
    private bool _rootDone;

    /// <exception cref="PlistException">The bytes are not UTF-8 or hold a control character.</exception>
    public PlistReader(ReadOnlySpan<byte> utf8)
        : this(utf8, isFragment: false) => PlistText.CheckCharacters(utf8);

    private PlistReader(ReadOnlySpan<byte> utf8, bool isFragment)
    {
        _scan = new PlistScanner(utf8);
        _isFragment = isFragment;
    }

    /// <summary>What was read last.</summary>
    public PlistToken Token { get; private set; }

    /// <summary>The text of the key or scalar read last.</summary>
    public PlistSlice Text { get; private set; }

    /// <summary>How many containers are open.</summary>
    public readonly int Depth => _depth;

    /// <summary>Byte offset where reading goes on.</summary>
    public readonly int Position => _scan.Position;

    /// <summary>Reads a container that an earlier reader of the same bytes captured.</summary>
    public static PlistReader Within(ReadOnlySpan<byte> utf8, PlistSlice slice) =>
        new(utf8.Slice(slice.Start, slice.Length), isFragment: true);

    /// <summary>Goes to the next token; false at the end of a complete document.</summary>
    /// <exception cref="PlistException">The document is not acceptable.</exception>
    public bool Read()
    {
        if (_closesEmpty)
            return EndContainer();
        if (_depth == 0)
            return ReadRoot();
        _scan.SkipMisc();
        return ReadElement();
    }

    /// <summary>Passes over the value that was just begun: at a container, to its end; a scalar is complete already.</summary>
    public void Skip()
    {
        if (Token is not (PlistToken.BeginDict or PlistToken.BeginArray))
            return;
        var depth = _depth;
        while (_depth >= depth)
            Read();
    }

    /// <summary>Passes over the current value and says where it stands, to read it later.</summary>
    public PlistSlice Capture()
    {
        if (Token is not (PlistToken.BeginDict or PlistToken.BeginArray))
            return Text;
        var (start, token) = (_elementStart, Token);
        Skip();
        return new PlistSlice(start, _scan.Position - start, token, Plain: true);
    }

    /// <summary>Compares the key or string read last with UTF-8 text.</summary>
    public readonly bool TextEquals(ReadOnlySpan<byte> utf8) => PlistText.Utf8(_scan.Xml, Text).SequenceEqual(utf8);

    /// <summary>The key or scalar read last as UTF-8, entities resolved.</summary>
    public readonly ReadOnlySpan<byte> GetUtf8() => PlistText.Utf8(_scan.Xml, Text);

    public readonly string GetString() => PlistText.String(_scan.Xml, Text);

    /// <exception cref="PlistException">Not a number, or outside the range of long and ulong.</exception>
    public readonly Int128 GetInteger() => PlistScalars.Integer(_scan.Xml, Text);

    public readonly double GetReal() => PlistScalars.Real(_scan.Xml, Text);

    /// <summary>False when the date does not exist, such as a leap second: one bad value, not a bad message.</summary>
    public readonly bool TryGetDate(out DateTimeOffset date) => PlistScalars.TryDate(_scan.Xml, Text, out date);

    /// <exception cref="PlistException">The text is not Base64.</exception>
    public readonly byte[] GetData() => PlistScalars.Data(_scan.Xml, Text);

    private bool ReadRoot()
    {
        if (_rootDone)
        {
            if (Token != PlistToken.End)
                _scan.ReadEpilog(_isFragment);
            Token = PlistToken.End;
            return false;
        }

        _scan.ReadProlog(_isFragment);
        return ReadElement();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool ReadElement()
    {
        _elementStart = _scan.Position;
        var tag = _scan.ReadTag();
        if (tag.Kind == PlistTagKind.Close)
            return Close(tag.Token);
        if (tag.Token == PlistToken.Key)
            return ReadKey(tag.Kind);
        TakePlace();
        return tag.Token is PlistToken.BeginDict or PlistToken.BeginArray ? Begin(tag) : ReadScalar(tag);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TakePlace()
    {
        if (_depth == 0)
            _rootDone = true;
        else if (IsInDict && !_hasKey)
            throw Refuse(PlistError.ValueWithoutKey);
        _hasKey = false;
    }

    private bool ReadKey(PlistTagKind kind)
    {
        if (_depth == 0 || !IsInDict)
            throw Refuse(PlistError.Markup);
        if (_hasKey)
            throw Refuse(PlistError.KeyWithoutValue);
        Text = _scan.ReadText(PlistToken.Key, kind);
        if (!_keys.Add(_scan.Xml, Text, _depth))
            throw Refuse(PlistError.DuplicateKey);
        _hasKey = true;
        Token = PlistToken.Key;
        return true;
    }

    private bool ReadScalar(PlistTag tag)
    {
        Text = _scan.ReadText(tag.Token, tag.Kind);
        Token = tag.Token;
        return tag.Token is not (PlistToken.True or PlistToken.False) || Text.Length == 0 ? true : throw Refuse(PlistError.StrayText);
    }

    private bool Begin(PlistTag tag)
    {
        if (_depth == DepthMax)
            throw Refuse(PlistError.Depth);
        var isDict = tag.Token == PlistToken.BeginDict;
        _dictLevels = (_dictLevels << 1) | (isDict ? 1UL : 0UL);
        _depth++;
        if (isDict)
            _keys.BeginDict();
        _closesEmpty = tag.Kind == PlistTagKind.Empty;
        Token = tag.Token;
        return true;
    }

    private bool Close(PlistToken begin)
    {
        var expected = IsInDict ? PlistToken.BeginDict : PlistToken.BeginArray;
        if (_depth == 0 || begin != expected)
            throw Refuse(PlistError.Markup);
        if (_hasKey)
            throw Refuse(PlistError.KeyWithoutValue);
        return EndContainer();
    }

    private bool EndContainer()
    {
        Token = IsInDict ? PlistToken.EndDict : PlistToken.EndArray;
        if (IsInDict)
            _keys.EndDict(_depth);
        _dictLevels >>= 1;
        _depth--;
        _closesEmpty = false;
        return true;
    }

    private readonly bool IsInDict => (_dictLevels & 1) != 0;

    private readonly PlistException Refuse(PlistError reason) => new(reason, _elementStart);
}
