using System.Buffers;
using System.Buffers.Text;

namespace Mdm.Fleet.Outbound.Oidc;

/// <summary>Base64url as JOSE writes it (RFC 7515, section 2): its alphabet alone, no padding, no white space.</summary>
internal static class Base64UrlText
{
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The bytes; null = it is none, or empty.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text) =>
        text.IsEmpty || text.ContainsAnyExcept(Alphabet) || !Base64Url.IsValid(text) ? null : Base64Url.DecodeFromChars(text);
}
