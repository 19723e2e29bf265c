using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>Why a SCEP message was refused.</summary>
public enum ScepFault
{
    TooLarge,
    Malformed,
    BadSignature,
    NotExactlyOneSigner,
    MissingAttribute,
    BadAttribute,
    UnsupportedMessageType,
    WeakAlgorithm,
    WeakKey,
    KeyMismatch,
    Undecryptable,
    BadSigningRequest,
    UnexpectedAnswer,
}

/// <summary>
/// A SCEP message was refused. Where its <see cref="Header"/> could be trusted to come from the signer, a CertRep with
/// <see cref="FailInfo"/> can answer it; otherwise HTTP 400 does. The message holds no challenge.
/// </summary>
public sealed class ScepException(ScepFault reason, string message, ScepHeader? header = null, Exception? inner = null)
    : Exception(message, inner)
{
    public ScepFault Reason { get; } = reason;

    public ScepHeader? Header { get; } = header;

    public ScepFailInfo FailInfo => Reason switch
    {
        ScepFault.WeakAlgorithm or ScepFault.WeakKey => ScepFailInfo.BadAlg,
        ScepFault.BadSignature or ScepFault.Undecryptable or ScepFault.NotExactlyOneSigner => ScepFailInfo.BadMessageCheck,
        _ => ScepFailInfo.BadRequest,
    };

    internal static ScepException From(CmsException e) => new(e.Reason switch
    {
        CmsFault.TooLarge => ScepFault.TooLarge,
        CmsFault.NotExactlyOneSigner => ScepFault.NotExactlyOneSigner,
        CmsFault.WeakAlgorithm => ScepFault.WeakAlgorithm,
        CmsFault.BadSignature or CmsFault.NoSignerCertificate => ScepFault.BadSignature,
        _ => ScepFault.Malformed,
    }, e.Message, null, e);

    internal ScepException With(ScepHeader known) => new(Reason, Message, known, InnerException);
}
