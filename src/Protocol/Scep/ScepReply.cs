using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>Makes CertRep messages, signed by the authority. Each goes out with HTTP 200, a failure too.</summary>
public static class ScepReply
{
    private const int NonceBytes = 16;

    /// <summary>The certificate, enveloped to the requester with the cipher and the digest that the request used.</summary>
    public static byte[] Success(ScepRequest request, X509Certificate2 issued, DeviceAuthority authority)
    {
        var envelope = ScepEnvelope.Seal(CertificatesOnly.Write(issued), request.SignerCertificate, request.Cipher);
        return Sign(envelope, request.Header, authority, request.Header.DigestOid,
            ScepAttributes.Number(ScepAttributes.PkiStatus, ScepStatus.Success));
    }

    /// <summary>A refusal. It is never signed with SHA-1, which the request may have been refused for.</summary>
    public static byte[] Failure(ScepHeader header, ScepFailInfo reason, DeviceAuthority authority) =>
        Sign(null, header, authority, header.IsLegacy ? CmsAlgorithms.Sha256 : header.DigestOid,
            ScepAttributes.Number(ScepAttributes.PkiStatus, ScepStatus.Failure),
            ScepAttributes.Number(ScepAttributes.FailInfo, reason));

    /// <inheritdoc cref="Failure(ScepHeader, ScepFailInfo, DeviceAuthority)"/>
    public static byte[] Failure(ScepRequest request, ScepFailInfo reason, DeviceAuthority authority) =>
        Failure(request.Header, reason, authority);

    /// <summary>Not decided yet: the client asks again with GetCertInitial.</summary>
    public static byte[] Pending(ScepRequest request, DeviceAuthority authority) =>
        Sign(null, request.Header, authority, request.Header.DigestOid,
            ScepAttributes.Number(ScepAttributes.PkiStatus, ScepStatus.Pending));

    private static byte[] Sign(
        byte[]? content, ScepHeader header, DeviceAuthority authority, string digestOid, params AsnEncodedData[] outcome)
    {
        AsnEncodedData[] attributes =
        [
            ScepAttributes.Number(ScepAttributes.MessageType, ScepMessageType.CertRep),
            new AsnEncodedData(ScepAttributes.TransactionId, header.TransactionIdEncoded),
            ScepAttributes.Bytes(ScepAttributes.RecipientNonce, header.SenderNonce),
            ScepAttributes.Bytes(ScepAttributes.SenderNonce, RandomNumberGenerator.GetBytes(NonceBytes)),
            .. outcome,
        ];
        return SignedDataWriter.Write(content, attributes, authority.Certificate, digestOid);
    }
}
