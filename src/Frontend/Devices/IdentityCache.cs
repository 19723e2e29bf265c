using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>
/// Identities by what proved them before, at most about twice <paramref name="half"/> of them. Two generations take turns: when the
/// young one is full it becomes the old one, and whoever is met again moves up.
/// </summary>
public sealed class IdentityCache(int half = 65_536)
{
    private readonly Lock _turn = new();
    private volatile ConcurrentDictionary<Digest, DeviceIdentity> _young = new();
    private volatile ConcurrentDictionary<Digest, DeviceIdentity> _old = new();

    public int Count => _young.Count + _old.Count;

    public DeviceIdentity? Find(in Digest proof)
    {
        if (_young.TryGetValue(proof, out var identity))
            return identity;
        if (!_old.TryGetValue(proof, out identity))
            return null;
        Keep(proof, identity);
        return identity;
    }

    public void Keep(in Digest proof, DeviceIdentity identity)
    {
        var young = _young;
        young[proof] = identity;
        if (young.Count < half)
            return;
        lock (_turn)
        {
            if (_young == young)
                (_old, _young) = (young, new ConcurrentDictionary<Digest, DeviceIdentity>());
        }
    }
}

/// <summary>A SHA-256: what stands in the cache for a header or certificate.</summary>
public readonly record struct Digest
{
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private Digest(UInt128 high, UInt128 low) => (_high, _low) = (high, low);

    public static Digest Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes, hash);
        return new Digest(BinaryPrimitives.ReadUInt128LittleEndian(hash), BinaryPrimitives.ReadUInt128LittleEndian(hash[16..]));
    }

    public override int GetHashCode() => (int)_low;
}
