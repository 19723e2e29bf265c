using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>
/// A request that is well-formed, signed, opened and proven to come from the holder of its keys. Whether to issue is the
/// caller's to decide: challenge, enrolment, and for a renewal who issued <see cref="SignerCertificate"/> and whether it is still good.
/// A retry repeats <see cref="TransactionId"/>, <see cref="PublicKeyHash"/> and challenge: all three the same, the same certificate.
/// </summary>
public sealed class ScepRequest
{
    internal ScepRequest(ScepHeader header, ScepCipher cipher, SigningRequest? signingRequest)
    {
        Header = header;
        Cipher = cipher;
        SigningRequest = signingRequest;
    }

    public ScepHeader Header { get; }

    public ScepCipher Cipher { get; }

    /// <summary>Present in PKCSReq and RenewalReq; null in GetCertInitial, which asks again by transaction id.</summary>
    public SigningRequest? SigningRequest { get; }

    public ScepMessageType MessageType => Header.MessageType;

    public string TransactionId => Header.TransactionId;

    public X509Certificate2 SignerCertificate => Header.SignerCertificate;

    /// <summary>A secret: never log it.</summary>
    public string? ChallengePassword => SigningRequest?.ChallengePassword;

    public string? PublicKeyHash => SigningRequest?.PublicKeyHash;
}
