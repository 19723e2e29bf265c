using System.Buffers.Binary;

namespace Mdm.Fleet.Protocol.Plist;

/// <summary>
/// Reads binary property lists ("bplist00") whole. Every size and reference is checked against the input first; objects number no more
/// than bytes; a budget of one visit a byte ends documents that share containers to grow without bound.
/// </summary>
public static class BinaryPlist
{
    private const int TrailerSize = 32;

    public static bool IsBinary(ReadOnlySpan<byte> bytes) => bytes.StartsWith("bplist"u8);

    /// <exception cref="PlistException">The bytes are not an acceptable binary property list.</exception>
    public static PlistValue Read(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith("bplist00"u8) || bytes.Length < 8 + TrailerSize + 2)
            throw new PlistException(PlistError.Binary, 0);
        var trailer = bytes[^TrailerSize..];
        var (offsetSize, referenceSize) = (trailer[6], trailer[7]);
        var count = BinaryPrimitives.ReadUInt64BigEndian(trailer[8..]);
        var top = BinaryPrimitives.ReadUInt64BigEndian(trailer[16..]);
        var table = BinaryPrimitives.ReadUInt64BigEndian(trailer[24..]);
        var tableEnd = (ulong)(bytes.Length - TrailerSize);
        if (offsetSize is 0 or > 8 || referenceSize is 0 or > 8 || table < 8 || table > tableEnd
            || count == 0 || count > (tableEnd - table) / offsetSize || count > table - 8 || top >= count)
            throw new PlistException(PlistError.Binary, bytes.Length - TrailerSize);
        var objects = new BinaryPlistObjects(bytes[..(int)table], bytes[(int)table..(int)tableEnd], (int)count, offsetSize, referenceSize);
        return objects.Read(top, depth: 0);
    }
}
