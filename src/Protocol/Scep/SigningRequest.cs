using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>A PKCS#10 request whose own signature is verified. Subject and extensions are what the client wishes, no more.</summary>
public sealed class SigningRequest
{
    private const string ChallengePasswordOid = "1.2.840.113549.1.9.7";
    private const int ChallengeCharsMax = 255;

    private SigningRequest(CertificateRequest request, string? challenge)
    {
        PublicKey = request.PublicKey;
        Subject = request.SubjectName;
        ChallengePassword = challenge;
        PublicKeyHash = Convert.ToHexStringLower(SHA256.HashData(request.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    public PublicKey PublicKey { get; }

    /// <summary>SHA-256 over the SubjectPublicKeyInfo, lower-case hex: tells a retried transaction from a reused id.</summary>
    public string PublicKeyHash { get; }

    public X500DistinguishedName Subject { get; }

    /// <summary>A secret: never log it. Null when the request has none.</summary>
    public string? ChallengePassword { get; }

    /// <exception cref="ScepException">Malformed, signature wrong, algorithm or key too weak.</exception>
    public static SigningRequest Parse(byte[] der, bool allowLegacy = false)
    {
        try
        {
            RequireStrongSignature(der, allowLegacy);
            var request = CertificateRequest.LoadSigningRequest(
                der, HashAlgorithmName.SHA256, signerSignaturePadding: RSASignaturePadding.Pkcs1);
            DeviceKey.RequireStrong(request.PublicKey);
            return new SigningRequest(request, ReadChallenge(request));
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new ScepException(ScepFault.BadSigningRequest, "The signing request is malformed or not signed by its key.", null, e);
        }
    }

    private static void RequireStrongSignature(byte[] der, bool allowLegacy)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var parts = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        parts.ReadEncodedValue();
        var oid = parts.ReadSequence().ReadObjectIdentifier();
        if (!CmsAlgorithms.IsSha2Signature(oid) && !(allowLegacy && CmsAlgorithms.IsSha1Signature(oid)))
            throw new ScepException(ScepFault.WeakAlgorithm, "The signing request's signature algorithm is not accepted.");
    }

    private static string? ReadChallenge(CertificateRequest request)
    {
        var found = request.OtherRequestAttributes.Where(a => a.Oid?.Value == ChallengePasswordOid).ToList();
        if (found.Count == 0) return null;
        var text = found.Count == 1 ? ScepAttributes.ReadText(found[0].RawData) : "";
        return text.Length is > 0 and <= ChallengeCharsMax
            ? text : throw new ScepException(ScepFault.BadSigningRequest, "The challenge password is not one text of 1 to 255 characters.");
    }
}

/// <summary>What keys we certify: RSA from 2048 bit, and the NIST curves from P-256.</summary>
internal static class DeviceKey
{
    private const int RsaBitsMax = 8192;

    public static void RequireStrong(PublicKey key)
    {
        if (!(key.Oid.Value == CmsAlgorithms.RsaEncryption ? IsStrongRsa(key) : IsStrongCurve(key)))
            throw new ScepException(ScepFault.WeakKey, "The key is neither RSA of 2048 to 8192 bit nor on P-256, P-384 or P-521.");
    }

    public static bool Same(PublicKey one, PublicKey other) =>
        one.Oid.Value == other.Oid.Value && one.EncodedKeyValue.RawData.AsSpan().SequenceEqual(other.EncodedKeyValue.RawData);

    private static bool IsStrongRsa(PublicKey key)
    {
        using var rsa = key.GetRSAPublicKey();
        return rsa is { KeySize: >= 2048 and <= RsaBitsMax } && rsa.ExportParameters(false).Exponent is not [<= 1];
    }

    private static bool IsStrongCurve(PublicKey key)
    {
        using var ec = key.GetECDsaPublicKey();
        return ec?.ExportParameters(false).Curve is
            { IsNamed: true, Oid.Value: "1.2.840.10045.3.1.7" or "1.3.132.0.34" or "1.3.132.0.35" };
    }
}
