using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>The keys of the rows so far, by their hash: a million of them take some 50 MB, whatever their length.</summary>
internal sealed class SeenKeys
{
    private readonly Dictionary<UInt128, int> _rows = [];

    /// <summary>The row that has the key already; null = this is the first.</summary>
    public int? Earlier(string key, int row)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        var id = BinaryPrimitives.ReadUInt128BigEndian(hash);
        return _rows.TryAdd(id, row) ? null : _rows[id];
    }
}
