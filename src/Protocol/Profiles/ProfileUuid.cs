using System.Security.Cryptography;
using System.Text;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>
/// UUIDs by name (RFC 9562, version 8 over SHA-256): the same identifier and revision give the same UUID on every machine, so a profile
/// list tells which revision a device holds.
/// </summary>
public static class ProfileUuid
{
    /// <summary>The UUID of one revision, upper case.</summary>
    public static string For(string identifier, long revision)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"mdm.fleet\n{identifier}\n{revision}"));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString("D").ToUpperInvariant();
    }
}
