using System.Security.Cryptography;
using System.Text;

namespace Mdm.Fleet.Domain.Configurations;

/// <summary>
/// The PayloadUUID of an item's profile, made from its identifier and revision: a ProfileList report then tells which revision the
/// device holds. A version 8 UUID (RFC 9562) over SHA-256.
/// </summary>
public static class ProfileUuid
{
    public static Guid For(string identifier, string revision)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{identifier}\n{revision}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
