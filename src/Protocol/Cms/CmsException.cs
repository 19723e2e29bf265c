namespace Mdm.Fleet.Protocol.Cms;

/// <summary>Why a signed message was refused.</summary>
public enum CmsFault
{
    TooLarge,
    NotBase64,
    Malformed,
    NotExactlyOneSigner,
    NoSignerCertificate,
    WeakAlgorithm,
    BadSignature,
}

/// <summary>A CMS message was refused. The reason is safe to log; the message never holds content.</summary>
public sealed class CmsException(CmsFault reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public CmsFault Reason { get; } = reason;
}
