using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Protocol.Profiles;

namespace Mdm.Fleet.Protocol.Tests.Profiles;

/// <summary>The enrolment profile as a device reads it: what cannot be changed later is right from the first day.</summary>
public sealed class EnrollmentProfileTests
{
    private static readonly EnrollmentProfileRequest Request = new()
    {
        Identifier = "org.fleet.enrollment",
        DisplayName = "Example management",
        Organization = "Example",
        Topic = "com.apple.mgmt.External.0f5b",
        ServerUrl = "https://mdm.example/mdm/connect?e=ref1",
        CheckInUrl = "https://mdm.example/mdm/checkin?e=ref1",
        ScepUrl = "https://mdm.example/scep?e=ref1",
        ScepName = "fleet",
        SubjectCommonName = "Mdm.Fleet device",
        EnrollmentReference = "ref1",
        Challenge = "one-time",
        TrustedCertificates = [new byte[] { 0x30, 1 }, new byte[] { 0x30, 2 }],
        CaFingerprint = new byte[32],
    };

    [Fact]
    [Trait("Requirement", "PR-01")]
    public void The_mdm_payload_has_every_right_and_capability_from_day_one()
    {
        var mdm = Read(Request).Mdm!;
        Assert.Equal(("com.apple.mgmt.External.0f5b", Request.ServerUrl, Request.CheckInUrl), (mdm.Topic, mdm.ServerUrl, mdm.CheckInUrl));
        Assert.Equal((8191, true, false), (mdm.AccessRights, mdm.CheckOutWhenRemoved, mdm.SignMessage));
        Assert.Equal(["com.apple.mdm.per-user-connections", "com.apple.mdm.bootstraptoken", "com.apple.mdm.token"], mdm.ServerCapabilities.AsEnumerable());
    }

    [Fact]
    public void The_identity_of_the_mdm_payload_is_the_scep_payloads()
    {
        var profile = Read(Request);
        Assert.Equal(profile.Scep!.Uuid, profile.Mdm!.IdentityCertificateUuid);
        Assert.Equal((Request.ScepUrl, "fleet", "one-time"), (profile.Scep.Url, profile.Scep.Name, profile.Scep.Challenge));
        Assert.Equal((2048, 5, 32), (profile.Scep.KeySizeBits, profile.Scep.KeyUsage, profile.Scep.CaFingerprint?.Length));
        Assert.Equal([("O", "Example"), ("OU", "ref1"), ("CN", "Mdm.Fleet device")], profile.Scep.Subject.AsEnumerable());
    }

    [Fact]
    public void Trust_comes_before_identity_and_management() =>
        Assert.Equal(
            ["com.apple.security.root", "com.apple.security.root", "com.apple.security.scep", "com.apple.mdm"],
            Read(Request).Payloads.Select(payload => payload.Type));

    [Fact]
    public void Without_a_fingerprint_the_key_is_left_out() => Assert.Null(Read(Request with { CaFingerprint = null }).Scep!.CaFingerprint);

    [Fact]
    public void Under_user_enrollment_there_are_no_access_rights_and_no_bootstrap_token()
    {
        var mdm = Read(Request with { Kind = EnrollmentKind.User, AssignedManagedAppleId = "a@school.example" }).Mdm!;
        Assert.Null(mdm.Keys["AccessRights"]);
        Assert.Equal(["com.apple.mdm.per-user-connections", "com.apple.mdm.token"], mdm.ServerCapabilities.AsEnumerable());
        Assert.Equal(("BYOD", "a@school.example"), (mdm.Keys.GetString("EnrollmentMode"), mdm.Keys.GetString("AssignedManagedAppleID")));
    }

    [Fact]
    public void A_renewal_replaces_the_profile_and_asks_for_a_new_identity()
    {
        var (first, renewed) = (Read(Request), Read(Request with { Challenge = "another" }));
        Assert.Equal(first.Identifier, renewed.Identifier);
        Assert.NotEqual(first.Scep!.Uuid, renewed.Scep!.Uuid);
        Assert.Equal(first.Mdm!.ServerUrl, renewed.Mdm!.ServerUrl);
    }

    private static ConfigurationProfile Read(EnrollmentProfileRequest request) => ProfileReader.Read(EnrollmentProfile.Render(request));
}
