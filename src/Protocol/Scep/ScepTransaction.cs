using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>What a server answered. The certificate, on success, carries its private key.</summary>
public sealed record ScepAnswer(ScepStatus Status, ScepFailInfo? FailInfo, X509Certificate2? Certificate);

/// <summary>One request of a client, kept until its answer is read.</summary>
public sealed class ScepTransaction : IDisposable
{
    private readonly byte[] nonce;
    private readonly X509Certificate2 authority;
    private readonly X509Certificate2 identity;
    private readonly RSA certified;

    internal ScepTransaction(
        byte[] message, string transactionId, byte[] nonce, X509Certificate2 authority, X509Certificate2 identity, RSA certified)
    {
        Message = message;
        TransactionId = transactionId;
        this.nonce = nonce;
        this.authority = authority;
        this.identity = identity;
        this.certified = certified;
    }

    /// <summary>The bytes to send as PKIOperation.</summary>
    public byte[] Message { get; }

    public string TransactionId { get; }

    /// <summary>Reads the CertRep: signed by the authority, for this transaction and nonce, enveloped to us, for our key.</summary>
    /// <exception cref="ScepException">The answer is none to this request.</exception>
    public ScepAnswer Read(byte[] reply)
    {
        try
        {
            var message = SignedMessage.OpenAttachedOrNone(reply, allowSha1: true);
            RequireOurs(message);
            var status = ScepAttributes.ReadNumber<ScepStatus>(ScepAttributes.Require(message.Signer, ScepAttributes.PkiStatus))
                ?? throw new ScepException(ScepFault.UnexpectedAnswer, "Unknown status.");
            return new ScepAnswer(status, FailInfoOf(message), status == ScepStatus.Success ? Open(message) : null);
        }
        catch (CmsException e)
        {
            throw ScepException.From(e);
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new ScepException(ScepFault.Malformed, "The answer is malformed.", null, e);
        }
    }

    public void Dispose() => identity.Dispose();

    private void RequireOurs(SignedMessage message)
    {
        var signer = message.Signer;
        var type = ScepAttributes.ReadNumber<ScepMessageType>(ScepAttributes.Require(signer, ScepAttributes.MessageType));
        var isAnswer = type == ScepMessageType.CertRep
            && message.Certificate.RawData.AsSpan().SequenceEqual(authority.RawData)
            && ScepAttributes.ReadText(ScepAttributes.Require(signer, ScepAttributes.TransactionId)) == TransactionId
            && ScepAttributes.ReadBytes(ScepAttributes.Require(signer, ScepAttributes.RecipientNonce)).AsSpan().SequenceEqual(nonce);
        if (!isAnswer) throw new ScepException(ScepFault.UnexpectedAnswer, "The answer is not from the authority to this request.");
    }

    private static ScepFailInfo? FailInfoOf(SignedMessage message) =>
        ScepAttributes.Find(message.Signer, ScepAttributes.FailInfo) is { } encoded
            ? ScepAttributes.ReadNumber<ScepFailInfo>(encoded) : null;

    private X509Certificate2 Open(SignedMessage message)
    {
        var envelope = ScepEnvelope.Open(message.Cms.ContentInfo.Content, identity, allowLegacy: true);
        var key = new CertificateRequest("", certified, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).PublicKey;
        var issued = CertificatesOnly.Read(envelope.Content).FirstOrDefault(c => DeviceKey.Same(c.PublicKey, key))
            ?? throw new ScepException(ScepFault.UnexpectedAnswer, "The answer holds no certificate for our key.");
        return issued.CopyWithPrivateKey(certified);
    }
}
