using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>What the outer, signed part of a request says, once its signature is verified.</summary>
public sealed class ScepHeader
{
    private const int TransactionIdCharsMax = 128;
    private const int NonceBytesMin = 8;
    private const int NonceBytesMax = 64;

    private ScepHeader(
        ScepMessageType messageType, string transactionId, byte[] transactionIdEncoded, byte[] senderNonce, SignedMessage message)
    {
        MessageType = messageType;
        TransactionId = transactionId;
        TransactionIdEncoded = transactionIdEncoded;
        SenderNonce = senderNonce;
        SignerCertificate = message.Certificate;
        DigestOid = message.DigestOid;
        SignatureOid = message.Signer.SignatureAlgorithm.Value ?? "";
    }

    public ScepMessageType MessageType { get; }

    /// <summary>The client's own id, 1 to 128 ASCII characters; a retry repeats it.</summary>
    public string TransactionId { get; }

    public byte[] SenderNonce { get; }

    /// <summary>Its key signed the request. For a first request it is self-signed; for a renewal the caller checks who issued it.</summary>
    public X509Certificate2 SignerCertificate { get; }

    /// <summary>As it came, so that the answer repeats the very bytes.</summary>
    internal byte[] TransactionIdEncoded { get; }

    internal string DigestOid { get; }

    internal string SignatureOid { get; }

    internal bool IsLegacy => !CmsAlgorithms.IsSha2Digest(DigestOid) || CmsAlgorithms.IsSha1Signature(SignatureOid);

    internal static ScepHeader Read(SignedMessage message)
    {
        var encodedId = ScepAttributes.Require(message.Signer, ScepAttributes.TransactionId);
        var id = ScepAttributes.ReadText(encodedId);
        if (id.Length is 0 or > TransactionIdCharsMax || !ScepAttributes.IsPlain(id))
            throw new ScepException(ScepFault.BadAttribute, "The transaction id is not 1 to 128 printable characters.");
        var nonce = ScepAttributes.ReadBytes(ScepAttributes.Require(message.Signer, ScepAttributes.SenderNonce));
        if (nonce.Length is < NonceBytesMin or > NonceBytesMax)
            throw new ScepException(ScepFault.BadAttribute, "The sender's nonce is not 8 to 64 bytes.");
        var type = ScepAttributes.ReadNumber<ScepMessageType>(ScepAttributes.Require(message.Signer, ScepAttributes.MessageType));
        return type is { } known && known != ScepMessageType.CertRep
            ? new ScepHeader(known, id, encodedId, nonce, message)
            : throw new ScepException(ScepFault.UnsupportedMessageType, "The message type is not one that we answer.");
    }
}
