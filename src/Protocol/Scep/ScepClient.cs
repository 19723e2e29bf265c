using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>How a client writes its requests. SHA-1 and DES are for testing servers.</summary>
public sealed record ScepClientOptions(HashAlgorithmName Digest, ScepCipher Cipher)
{
    public static ScepClientOptions Default { get; } = new(HashAlgorithmName.SHA256, ScepCipher.Aes256);
}

/// <summary>A device's side of SCEP, over bytes: makes requests, and each request reads its own answer.</summary>
public sealed class ScepClient(X509Certificate2 authority, ScepClientOptions? options = null)
{
    private const string ChallengePasswordOid = "1.2.840.113549.1.9.7";

    private readonly ScepClientOptions options = options ?? ScepClientOptions.Default;

    /// <summary>
    /// A first request, signed by a self-signed certificate for the same key. Unless a transaction id is given, the same key
    /// gives the same one; simulated devices that share a key each give their own.
    /// </summary>
    public ScepTransaction Enroll(
        RSA key, X500DistinguishedName subject, string? challenge, DateTimeOffset now, string? transactionId = null)
    {
        var request = Request(key, subject);
        using var selfSigned = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        AddChallenge(request, challenge);
        return Send(
            ScepMessageType.PkcsReq, request.CreateSigningRequest(), key, selfSigned, transactionId ?? TransactionIdOf(request.PublicKey));
    }

    /// <summary>Asks for a new certificate with <paramref name="newKey"/>, signed by the current one, which has its key.</summary>
    public ScepTransaction Renew(X509Certificate2 current, RSA newKey, string? challenge = null)
    {
        var request = Request(newKey, current.SubjectName);
        AddChallenge(request, challenge);
        return Send(ScepMessageType.RenewalReq, request.CreateSigningRequest(), newKey, current, TransactionIdOf(request.PublicKey));
    }

    /// <summary>Asks again for what an earlier request got the answer "pending" to.</summary>
    public ScepTransaction Poll(RSA key, X500DistinguishedName subject, DateTimeOffset now)
    {
        var request = Request(key, subject);
        using var selfSigned = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(authority.SubjectName.RawData);
            writer.WriteEncodedValue(subject.RawData);
        }

        return Send(ScepMessageType.GetCertInitial, writer.Encode(), key, selfSigned, TransactionIdOf(request.PublicKey));
    }

    private static CertificateRequest Request(RSA key, X500DistinguishedName subject) =>
        new(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static void AddChallenge(CertificateRequest request, string? challenge)
    {
        if (challenge is null) return;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, challenge);
        request.OtherRequestAttributes.Add(new AsnEncodedData(ChallengePasswordOid, writer.Encode()));
    }

    private static string TransactionIdOf(PublicKey key) => Convert.ToHexString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    private ScepTransaction Send(ScepMessageType type, byte[] content, RSA certified, X509Certificate2 signerWithKey, string transactionId)
    {
        var nonce = RandomNumberGenerator.GetBytes(16);
        var digestOid = CryptoConfig.MapNameToOID(options.Digest.Name!) ?? CmsAlgorithms.Sha256;
        var signer = Signing.By(signerWithKey, digestOid);
        signer.SignedAttributes.Add(ScepAttributes.Number(ScepAttributes.MessageType, type));
        signer.SignedAttributes.Add(ScepAttributes.Text(ScepAttributes.TransactionId, transactionId));
        signer.SignedAttributes.Add(ScepAttributes.Bytes(ScepAttributes.SenderNonce, nonce));
        var cms = new SignedCms(new ContentInfo(ScepEnvelope.Seal(content, authority, options.Cipher)), detached: false);
        cms.ComputeSignature(signer, silent: true);
        return new ScepTransaction(cms.Encode(), transactionId, nonce, authority, CopyOf(signerWithKey), certified);
    }

    /// <summary>The transaction outlives the caller's certificate: it opens the answer.</summary>
    private static X509Certificate2 CopyOf(X509Certificate2 signer)
    {
        using var key = signer.GetRSAPrivateKey()!;
        using var bare = X509CertificateLoader.LoadCertificate(signer.RawData);
        return bare.CopyWithPrivateKey(key);
    }
}
