using System.Runtime.CompilerServices;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>
/// The keys seen in the dictionaries that are open. Small dictionaries compare positions in the input; from
/// <see cref="ComparedMax"/> keys on, or with an encoded key, a hash set takes over, so that no input makes this quadratic.
/// </summary>
internal ref struct PlistKeys
{
    private const int ComparedMax = 32;

    private Room _room;
    private long[]? _more;
    private HashSet<string>?[]? _sets;
    private int _base;
    private int _count;

    public void BeginDict()
    {
        Push(_base);
        _base = _count;
    }

    public void EndDict(int depth)
    {
        _sets?[depth] = null;
        _count = _base - 1;
        _base = (int)At(_count);
    }

    /// <summary>False when the open dictionary has the key already.</summary>
    public bool Add(ReadOnlySpan<byte> xml, PlistSlice key, int depth)
    {
        if (_sets?[depth] is { } set)
            return set.Add(PlistText.String(xml, key));
        if (!key.Plain || _count - _base >= ComparedMax)
            return SwitchToSet(xml, depth).Add(PlistText.String(xml, key));
        if (IsSeen(xml, key))
            return false;
        Push(((long)key.Start << 32) | (uint)key.Length);
        return true;
    }

    private readonly bool IsSeen(ReadOnlySpan<byte> xml, PlistSlice key)
    {
        var text = xml.Slice(key.Start, key.Length);
        if (_count <= Room.Size)
        {
            foreach (var seen in ((ReadOnlySpan<long>)_room)[_base.._count])
                if ((int)seen == text.Length && xml.Slice((int)(seen >> 32), text.Length).SequenceEqual(text))
                    return true;
            return false;
        }

        for (var i = _base; i < _count; i++)
            if ((int)At(i) == text.Length && xml.Slice((int)(At(i) >> 32), text.Length).SequenceEqual(text))
                return true;
        return false;
    }

    private HashSet<string> SwitchToSet(ReadOnlySpan<byte> xml, int depth)
    {
        var set = new HashSet<string>(StringComparer.Ordinal);
        for (var i = _base; i < _count; i++)
            set.Add(PlistText.String(xml, new PlistSlice((int)(At(i) >> 32), (int)At(i), PlistToken.Key, Plain: true)));
        _sets ??= new HashSet<string>?[PlistReader.DepthMax + 1];
        return _sets[depth] = set;
    }

    private void Push(long entry)
    {
        if (_count < Room.Size)
            _room[_count++] = entry;
        else
            Grow(entry);
    }

    private void Grow(long entry)
    {
        var at = _count++ - Room.Size;
        if (_more is null || at == _more.Length)
            Array.Resize(ref _more, Math.Max(64, at * 2));
        _more[at] = entry;
    }

    private readonly long At(int index) => index < Room.Size ? _room[index] : _more![index - Room.Size];

    [InlineArray(Size)]
    private struct Room
    {
        public const int Size = 32;
        private long _first;
    }
}
