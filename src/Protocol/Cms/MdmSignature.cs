using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Protocol.Cms;

/// <summary>
/// The header <c>Mdm-Signature</c>: base64 of a detached SignedData over the exact bytes of the body
/// (com.apple.mdm, SignMessage; protocol notes, section 1.1).
/// </summary>
public static class MdmSignature
{
    public const string HeaderName = "Mdm-Signature";

    /// <summary>A real header is about 2 to 3 kB; with a chain it stays below this many characters.</summary>
    public const int HeaderCharsMax = 16 * 1024;

    /// <summary>Returns the signer's certificate. Whether it is trusted, <see cref="Certificates.IdentityChain"/> tells.</summary>
    /// <exception cref="CmsException">The header does not prove that one certificate's key signed this body.</exception>
    public static X509Certificate2 Verify(ReadOnlySpan<char> header, byte[] body, CmsOptions? options = null)
    {
        if (header.Length > HeaderCharsMax) throw new CmsException(CmsFault.TooLarge, "The signature header is too long.");
        var buffer = new byte[header.Length / 4 * 3 + 3];
        if (header.IsEmpty || !Convert.TryFromBase64Chars(header, buffer, out var length))
            throw new CmsException(CmsFault.NotBase64, "The signature header is not base64.");
        return SignedMessage.OpenDetached(buffer[..length], body, (options ?? CmsOptions.Strict).AllowSha1).Certificate;
    }

    /// <summary>Makes the header's value as a device does: SHA-256, its own certificate included.</summary>
    public static string Sign(X509Certificate2 signer, byte[] body)
    {
        var cms = new SignedCms(new ContentInfo(body), detached: true);
        cms.ComputeSignature(Signing.By(signer), silent: true);
        return Convert.ToBase64String(cms.Encode());
    }
}
