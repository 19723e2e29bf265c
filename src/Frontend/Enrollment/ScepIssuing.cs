using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Grains.Enrollment;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Scep;
using Orleans;

namespace Mdm.Fleet.Frontend.Enrollment;

/// <summary>
/// Decides who gets a certificate: a first request by the challenge that is bound to its enrolment reference, a renewal by the
/// certificate that signed it. A retried transaction gets the certificate that it got before (PR-02).
/// </summary>
public sealed class ScepIssuing(IGrainFactory grains, InstallationKeys keys, TimeProvider time)
{
    /// <summary>A device can renew only while its certificate is valid, and it is silent for long: better too long than lost.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromDays(365 * 5);

    private readonly ScepResponder _responder = new(keys.Devices);
    private readonly IdentityChain _ours = new([keys.Devices.Certificate]);

    public string Capabilities => _responder.Capabilities;

    public byte[] CaCertificate => _responder.CaCertificate;

    /// <exception cref="ScepException">The message in the query is none.</exception>
    public byte[] FromQuery(string message) => _responder.FromQuery(message);

    /// <summary>The CertRep to a PKIOperation.</summary>
    /// <exception cref="ScepException">The message can't be answered within the protocol.</exception>
    public async Task<ScepResult> AnswerAsync(byte[] message)
    {
        ScepRequest request;
        try
        {
            request = _responder.Parse(message);
        }
        catch (ScepException e) when (_responder.Refusal(e) is { } refusal)
        {
            return new ScepResult(refusal, IsRefusal: true);
        }

        using var issued = await IssueAsync(request);
        return issued is null
            ? new ScepResult(_responder.Failure(request, ScepFailInfo.BadRequest), IsRefusal: true)
            : new ScepResult(_responder.Success(request, issued), IsRefusal: false);
    }

    private async Task<X509Certificate2?> IssueAsync(ScepRequest request)
    {
        if (request.SigningRequest is not { } signing || ReferenceOf(request, signing) is not { } reference)
            return null;
        var enrolment = grains.GetGrain<IEnrolmentReference>(reference.Value);
        var claim = await enrolment.Claim(new ScepClaimRequest(
            request.TransactionId, signing.PublicKeyHash, signing.ChallengePassword, request.MessageType == ScepMessageType.RenewalReq));
        switch (claim.Result)
        {
            case ScepClaimResult.AlreadyIssued:
                return X509CertificateLoader.LoadCertificate(claim.Certificate.Span);
            case ScepClaimResult.Issue:
                using (var made = keys.Devices.IssueDevice(signing.PublicKey, reference, time.GetUtcNow(), Validity))
                {
                    var counts = await enrolment.Issued(request.TransactionId, made.RawData);
                    return X509CertificateLoader.LoadCertificate(counts.Span);
                }

            case ScepClaimResult.Refused:
                return null;
            default:
                throw new InvalidOperationException($"{claim.Result} has no answer.");
        }
    }

    /// <summary>Of a first request what it asks for, as the challenge proves it; of a renewal what the certificate that signed it says.</summary>
    private EnrollmentReference? ReferenceOf(ScepRequest request, SigningRequest signing) => request.MessageType switch
    {
        ScepMessageType.PkcsReq => EnrollmentReference.FromName(signing.Subject),
        ScepMessageType.RenewalReq when _ours.Check(request.SignerCertificate, time.GetUtcNow()) == IdentityVerdict.Trusted =>
            EnrollmentReference.FromCertificate(request.SignerCertificate),
        _ => null,
    };
}

/// <summary>A CertRep, and whether it refuses.</summary>
public readonly record struct ScepResult(byte[] CertRep, bool IsRefusal);
