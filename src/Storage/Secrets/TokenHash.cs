using System.Security.Cryptography;
using System.Text;

namespace Mdm.Fleet.Storage.Secrets;

/// <summary>How a token stands in the store: by its SHA-256 in lower-case hex, as the token itself is nowhere.</summary>
public static class TokenHash
{
    public static string Of(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
