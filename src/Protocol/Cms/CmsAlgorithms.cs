using System.Security.Cryptography;

namespace Mdm.Fleet.Protocol.Cms;

/// <summary>The object identifiers of digests and signatures that we accept (RFC 3370, RFC 5754, RFC 5758).</summary>
internal static class CmsAlgorithms
{
    public const string Sha1 = "1.3.14.3.2.26";
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";
    public const string Sha384 = "2.16.840.1.101.3.4.2.2";
    public const string Sha512 = "2.16.840.1.101.3.4.2.3";
    public const string RsaEncryption = "1.2.840.113549.1.1.1";
    public const string RsaPss = "1.2.840.113549.1.1.10";
    public const string RsaWithSha1 = "1.2.840.113549.1.1.5";
    public const string EcdsaWithSha1 = "1.2.840.10045.4.1";

    public static bool IsSha2Digest(string? oid) => oid is Sha256 or Sha384 or Sha512;

    public static bool IsSha1Signature(string? oid) => oid is RsaWithSha1 or EcdsaWithSha1;

    /// <summary>RSA by PKCS#1 and ECDSA, with SHA-2.</summary>
    public static bool IsSha2Signature(string? oid) => oid is
        "1.2.840.113549.1.1.11" or "1.2.840.113549.1.1.12" or "1.2.840.113549.1.1.13" or
        "1.2.840.10045.4.3.2" or "1.2.840.10045.4.3.3" or "1.2.840.10045.4.3.4";

    /// <summary>In a SignerInfo the digest stands apart, so that plain RSA names a signature, and PSS must use that digest.</summary>
    public static bool IsSignerAlgorithm(string? oid, bool allowSha1) =>
        oid is RsaEncryption or RsaPss || IsSha2Signature(oid) || (allowSha1 && IsSha1Signature(oid));

    public static Oid DigestOid(string value) => new(value);
}
