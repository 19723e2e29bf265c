using System.Text;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>The keys met last while one tree is read: the thousand items of a list share theirs.</summary>
internal sealed class PlistKeyNames
{
    private const int Size = 64;

    private readonly string?[] _names = new string?[Size];

    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";
        ref var name = ref _names[(utf8.Length + (utf8[0] * 7) + (utf8[^1] * 31)) % Size];
        if (name is null || !Ascii.Equals(utf8, name))
            name = Encoding.UTF8.GetString(utf8);
        return name;
    }
}
