using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;
using Orleans;

namespace Mdm.Fleet.Grains.Enrollment;

/// <summary>An admin's permission to enrol devices; the key is the SHA-256 (lower-case hex) of the token, which is shown once.</summary>
[Alias("enrolmentToken")]
public interface IEnrolmentToken : IGrainWithStringKey
{
    Task Create(EnrolmentTokenSpec spec, string by);

    Task<EnrolmentTokenView?> View();

    /// <summary>The token if a device may enrol with it now. Null = unknown, expired, revoked or used up. Nothing is counted.</summary>
    Task<EnrolmentTokenView?> Open();

    /// <summary>
    /// Counts a use: a device has bound a reference. The same reference counts once. False = revoked or used up; time does not matter
    /// any more, as the reference's own does.
    /// </summary>
    Task<bool> Use(string reference);

    /// <summary>False = there is none.</summary>
    Task<bool> Revoke(string by);
}

/// <summary>Ownership: whose the devices are that enrol with it; null = as they were, and the company's at first. RegisteredBy: the person who made it for themselves.</summary>
[GenerateSerializer, Immutable, Alias("enrolmentToken.spec")]
public sealed record EnrolmentTokenSpec(
    [property: Id(0)] string Name,
    [property: Id(1)] ImmutableArray<GroupId> DeviceGroups,
    [property: Id(2)] int? Uses,
    [property: Id(3)] DateTimeOffset? ExpiresAt,
    [property: Id(4)] Ownership? Ownership = null,
    [property: Id(5)] UserName? RegisteredBy = null);

[GenerateSerializer, Immutable, Alias("enrolmentToken.view")]
public sealed record EnrolmentTokenView(
    [property: Id(0)] string Id,
    [property: Id(1)] EnrolmentTokenSpec Spec,
    [property: Id(2)] int Used,
    [property: Id(3)] bool Revoked,
    [property: Id(4)] DateTimeOffset CreatedAt);

/// <summary>
/// One downloaded enrolment profile; the key is its random reference. The SCEP challenge is bound to it, the first certificate
/// request that brings the challenge wins, and so does the first UDID that authenticates with it (PR-02).
/// </summary>
[Alias("enrolmentReference")]
public interface IEnrolmentReference : IGrainWithStringKey
{
    /// <param name="challenge">What the first certificate request has to bring.</param>
    /// <param name="deviceGroups">Where the device belongs from its enrolment on.</param>
    /// <param name="expiresAt">Until when the challenge serves.</param>
    /// <param name="token">The key of the enrolment token that a device's binding counts on; null = none.</param>
    /// <param name="terms">What the profile says for good; null = not noted.</param>
    /// <param name="ownership">Whose the device is; null = as it was.</param>
    /// <param name="registeredBy">Whose device limit the binding counts on; null = an admin's token made it.</param>
    Task Create(
        string challenge,
        ImmutableArray<GroupId> deviceGroups,
        DateTimeOffset expiresAt,
        string? token = null,
        EnrolmentTerms? terms = null,
        Ownership? ownership = null,
        UserName? registeredBy = null);

    /// <summary>
    /// Puts another challenge in the place of the old one, for one more first request: a profile is installed anew. Answers the terms that
    /// it must keep, which are <paramref name="current"/> where the first download noted none; null = unknown reference.
    /// </summary>
    Task<EnrolmentTerms?> Rechallenge(string challenge, EnrolmentTerms current);

    /// <summary>May a certificate be issued for this request? The same transaction and key get the same certificate again.</summary>
    Task<ScepClaim> Claim(ScepClaimRequest request);

    /// <summary>Keeps the certificate; answers the one that counts, which is an earlier one where the transaction already had it.</summary>
    Task<ReadOnlyMemory<byte>> Issued(string transactionId, ReadOnlyMemory<byte> certificate);

    /// <summary>
    /// Binds the reference to the enrolment that authenticates with it, which is a use of its token. Null = it is another's, or unknown, or
    /// the token is used up or revoked, or the person who registered may not enrol it.
    /// </summary>
    Task<EnrolmentBinding?> Bind(EnrollmentId enrolment);
}

/// <summary>What a profile says that can never change on the device: scheme and host of its addresses, and the push topic.</summary>
[GenerateSerializer, Immutable, Alias("enrolment.terms")]
public sealed record EnrolmentTerms(
    [property: Id(0)] string Origin,
    [property: Id(1)] string Topic);

/// <summary>A renewal is proven by the certificate that signed it, a first request by the challenge.</summary>
[GenerateSerializer, Immutable, Alias("scep.claimRequest")]
public sealed record ScepClaimRequest(
    [property: Id(0)] string TransactionId,
    [property: Id(1)] string PublicKeyHash,
    [property: Id(2)] string? Challenge,
    [property: Id(3)] bool Renewal);

public enum ScepClaimResult
{
    /// <summary>Issue a certificate for this request, then call Issued.</summary>
    Issue,

    /// <summary>A retry: the certificate is here.</summary>
    AlreadyIssued,

    /// <summary>Unknown reference, wrong or used challenge.</summary>
    Refused,
}

[GenerateSerializer, Immutable, Alias("scep.claim")]
public sealed record ScepClaim([property: Id(0)] ScepClaimResult Result, [property: Id(1)] ReadOnlyMemory<byte> Certificate);

[GenerateSerializer, Immutable, Alias("enrolment.binding")]
public sealed record EnrolmentBinding([property: Id(0)] ImmutableArray<GroupId> DeviceGroups, [property: Id(1)] Ownership? Ownership = null, [property: Id(2)] UserName? RegisteredBy = null);
