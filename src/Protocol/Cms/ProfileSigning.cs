using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Protocol.Cms;

/// <summary>A profile's bytes, and who signed them: nobody, when it came plain.</summary>
public sealed record OpenedProfile(byte[] Content, X509Certificate2? Signer, IReadOnlyList<X509Certificate2> Certificates);

/// <summary>Profiles as attached, DER-encoded SignedData with SHA-256 and the chain (protocol notes, section 5).</summary>
public static class ProfileSigning
{
    /// <summary>A custom profile with fonts or certificates stays below this; more is refused.</summary>
    public const int ProfileBytesMax = 16 * 1024 * 1024;

    /// <summary>Signs with <paramref name="signer"/>'s key; <paramref name="chain"/> holds the certificates above it.</summary>
    public static byte[] Sign(byte[] profile, X509Certificate2 signer, IEnumerable<X509Certificate2> chain, DateTimeOffset? signedAt = null)
    {
        var how = Signing.By(signer);
        how.Certificates.AddRange(chain.Where(c => c.Thumbprint != signer.Thumbprint).ToArray());
        if (signedAt is { } at) how.SignedAttributes.Add(new Pkcs9SigningTime(at.UtcDateTime));
        var cms = new SignedCms(new ContentInfo(profile), detached: false);
        cms.ComputeSignature(how, silent: true);
        return cms.Encode();
    }

    /// <summary>Takes a profile plain (XML or binary property list) or signed. A signature must be valid; trust is not judged.</summary>
    /// <exception cref="CmsException">Neither a property list nor a valid SignedData.</exception>
    public static OpenedProfile Unwrap(byte[] bytes)
    {
        if (bytes.Length > ProfileBytesMax) throw new CmsException(CmsFault.TooLarge, "The profile is too large.");
        if (IsPlain(bytes)) return new OpenedProfile(bytes, null, []);
        var message = SignedMessage.OpenAttached(bytes, allowSha1: false);
        return new OpenedProfile(message.Cms.ContentInfo.Content, message.Certificate, [.. message.Cms.Certificates]);
    }

    private static bool IsPlain(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        return bytes.TrimStart(" \t\r\n"u8) is [(byte)'<', ..] || bytes.StartsWith("bplist"u8);
    }
}
