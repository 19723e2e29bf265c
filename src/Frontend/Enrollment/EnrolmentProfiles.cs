using System.Buffers.Text;
using System.Security.Cryptography;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Grains.Enrollment;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Cms;
using Mdm.Fleet.Protocol.Profiles;
using Orleans;

namespace Mdm.Fleet.Frontend.Enrollment;

/// <summary>
/// Makes enrolment profiles: for a download, with a fresh reference, and for an enrolled device that needs another certificate, with the
/// terms of its own download. What can never be changed on the device (addresses, topic, rights, capabilities) is fixed here (DESIGN.md,
/// section 7).
/// </summary>
public sealed class EnrolmentProfiles(IGrainFactory grains, InstallationKeys keys, PushTopic topic, FrontendOptions options)
{
    private const int ChallengeBytes = 24;

    /// <summary>What a profile that is made now says for good; null = nobody can enrol yet.</summary>
    public async ValueTask<EnrolmentTerms?> CurrentTermsAsync() =>
        options.PublicUrl is not null && await topic.CurrentAsync() is { } pushTopic ? new EnrolmentTerms(options.Address(""), pushTopic) : null;

    public static string NewChallenge() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(ChallengeBytes));

    /// <summary>The profile of an enrolled device with a fresh challenge, signed. Null = no such reference, or nobody can enrol here.</summary>
    public async ValueTask<byte[]?> RenewedAsync(string? reference)
    {
        if (reference is null || await CurrentTermsAsync() is not { } current)
            return null;
        var challenge = NewChallenge();
        var terms = await Patient.CallAsync(() => grains.GetGrain<IEnrolmentReference>(reference).Rechallenge(challenge, current));
        return terms is null ? null : Signed(terms, reference, challenge);
    }

    /// <summary>The profile, signed.</summary>
    public byte[] Signed(EnrolmentTerms terms, string reference, string challenge)
    {
        var request = new EnrollmentProfileRequest
        {
            Identifier = keys.Installation.EnrollmentProfile,
            DisplayName = $"{options.Organization} device management",
            Organization = options.Organization,
            Topic = terms.Topic,
            ServerUrl = $"{terms.Origin}{DeviceDoor.ConnectPath}?e={reference}",
            CheckInUrl = $"{terms.Origin}{DeviceDoor.CheckInPath}?e={reference}",
            ScepUrl = terms.Origin + EnrollmentEndpoints.ScepPath,
            ScepName = keys.Installation.Prefix,
            SubjectCommonName = DeviceAuthority.DeviceName,
            EnrollmentReference = reference,
            Challenge = challenge,
            TrustedCertificates = options.HasOwnCertificate ? [] : [keys.Servers.Certificate.RawDataMemory],
        };
        return ProfileSigning.Sign(EnrollmentProfile.Render(request), keys.ProfileSigner, [keys.Servers.Certificate]);
    }
}
