namespace Mdm.Fleet.Protocol.Certificates;

/// <summary>Why a certificate, key or header from outside was refused.</summary>
public enum CertificateFault
{
    Empty,
    TooLarge,
    NotBase64,
    NotPem,
    Malformed,
    MoreThanOne,
    NoPrivateKey,
    WrongPassword,
    KeyMismatch,
    WeakKey,
    NoTopic,
    OtherTopic,
    Expired,
}

/// <summary>A certificate or key from outside was refused. The message never holds key material.</summary>
public sealed class CertificateFormatException(CertificateFault reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public CertificateFault Reason { get; } = reason;
}
