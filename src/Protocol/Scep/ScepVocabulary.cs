namespace Mdm.Fleet.Protocol.Scep;

/// <summary>The kinds of message that we know (RFC 8894, section 3.2.1.2).</summary>
public enum ScepMessageType
{
    CertRep = 3,
    RenewalReq = 17,
    PkcsReq = 19,
    GetCertInitial = 20,
}

/// <summary>The outcome that a CertRep tells (RFC 8894, section 3.2.1.3).</summary>
public enum ScepStatus
{
    Success = 0,
    Failure = 2,
    Pending = 3,
}

/// <summary>Why a request failed, in SCEP's own words (RFC 8894, section 3.2.1.4).</summary>
public enum ScepFailInfo
{
    BadAlg = 0,
    BadMessageCheck = 1,
    BadRequest = 2,
    BadTime = 3,
    BadCertId = 4,
}
