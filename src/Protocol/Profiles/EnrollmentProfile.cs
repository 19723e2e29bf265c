using System.Collections.Immutable;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>What one enrolment profile is made of. URLs, topic, rights and capabilities cannot be changed on the device later.</summary>
public sealed record EnrollmentProfileRequest
{
    /// <summary>Top-level PayloadIdentifier; a renewal of the same identifier replaces it.</summary>
    public required string Identifier { get; init; }

    public required string DisplayName { get; init; }

    public required string Organization { get; init; }

    /// <summary>The topic of the push certificate.</summary>
    public required string Topic { get; init; }

    public required string ServerUrl { get; init; }

    public required string CheckInUrl { get; init; }

    public required string ScepUrl { get; init; }

    public required string ScepName { get; init; }

    /// <summary>CN of the identity that the device asks for.</summary>
    public required string SubjectCommonName { get; init; }

    /// <summary>The enrolment reference: OU of that identity; it also makes the UUIDs, with the challenge.</summary>
    public required string EnrollmentReference { get; init; }

    /// <summary>One-time SCEP challenge.</summary>
    public required string Challenge { get; init; }

    /// <summary>Certificates (DER) that the server's own certificate chains to.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> TrustedCertificates { get; init; } = [];

    /// <summary>Digest of the SCEP CA's certificate.</summary>
    public ReadOnlyMemory<byte>? CaFingerprint { get; init; }

    public int AccessRights { get; init; } = 8191;

    public bool SignMessage { get; init; }

    public bool UseDevelopmentApns { get; init; }

    public EnrollmentKind Kind { get; init; }

    /// <summary>Needed under User Enrollment.</summary>
    public string? AssignedManagedAppleId { get; init; }
}

/// <summary>The profile that makes a device managed: trust, identity by SCEP, the MDM payload (apple/protocol-notes.md, sections 5, 13).</summary>
public static class EnrollmentProfile
{
    private const int KeySizeBits = 2048;
    private const int SignAndEncrypt = 5;
    private const string PerUserConnections = "com.apple.mdm.per-user-connections";
    private const string Token = "com.apple.mdm.token";

    /// <summary>The profile as XML, not signed.</summary>
    public static byte[] Render(EnrollmentProfileRequest request)
    {
        var header = new ProfileHeader(
            request.Identifier, $"{request.EnrollmentReference}\n{request.Challenge}", request.DisplayName, request.Organization);
        return header.Profile(
        [
            .. request.TrustedCertificates.Select((der, i) => Trust(header, der, i)),
            Scep(header, request),
            Mdm(header, request),
        ]).ToXml();
    }

    private static PlistValue.Dict Trust(ProfileHeader header, ReadOnlyMemory<byte> der, int index) =>
        header.Payload("com.apple.security.root", $"trust{index + 1}", header.DisplayName, PlistValue.Dict.Of(("PayloadContent", der)));

    private static PlistValue.Dict Scep(ProfileHeader header, EnrollmentProfileRequest request) =>
        header.Payload("com.apple.security.scep", "scep", "Device identity", PlistValue.Dict.Of(("PayloadContent", PlistValue.Dict.Of(
            ("CAFingerprint", request.CaFingerprint),
            ("Challenge", request.Challenge),
            ("Key Type", "RSA"),
            ("Key Usage", SignAndEncrypt),
            ("Keysize", KeySizeBits),
            ("Name", request.ScepName),
            ("Subject", PlistValue.Array.Of(
                Rdn("O", request.Organization), Rdn("OU", request.EnrollmentReference), Rdn("CN", request.SubjectCommonName))),
            ("URL", request.ScepUrl)))));

    // Under User Enrollment the presence of AccessRights cancels the enrolment, and there is no bootstrap token.
    private static PlistValue.Dict Mdm(ProfileHeader header, EnrollmentProfileRequest request)
    {
        var isUser = request.Kind == EnrollmentKind.User;
        return header.Payload("com.apple.mdm", "mdm", "Device management", PlistValue.Dict.Of(
            ("AccessRights", isUser ? null : request.AccessRights),
            ("AssignedManagedAppleID", isUser ? request.AssignedManagedAppleId : null),
            ("CheckInURL", request.CheckInUrl),
            ("CheckOutWhenRemoved", true),
            ("EnrollmentMode", isUser ? "BYOD" : null),
            ("IdentityCertificateUUID", header.UuidOf(header.Inner("scep"))),
            ("ServerCapabilities", isUser
                ? PlistValue.Array.Of(PerUserConnections, Token)
                : PlistValue.Array.Of(PerUserConnections, "com.apple.mdm.bootstraptoken", Token)),
            ("ServerURL", request.ServerUrl),
            ("SignMessage", request.SignMessage),
            ("Topic", request.Topic),
            ("UseDevelopmentAPNS", request.UseDevelopmentApns)));
    }

    private static PlistValue.Array Rdn(string type, string value) => PlistValue.Array.Of(PlistValue.Array.Of(type, value));
}
