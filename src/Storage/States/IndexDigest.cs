using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Mdm.Fleet.Storage.States;

/// <summary>128 bits that stand for an index row, so that an activation need not keep the row to know that it has not changed.</summary>
internal static class IndexDigest
{
    public static UInt128 Of(IndexRow row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, row.Status);
        Append(hash, row.Search);
        Append(hash, row.Summary.Span);
        Append(hash, row.Facts.Span);
        foreach (var tag in row.Tags.IsDefault ? [] : row.Tags)
            Append(hash, tag);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string text) => Append(hash, MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>Length first, so that no two rows run together.</summary>
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
