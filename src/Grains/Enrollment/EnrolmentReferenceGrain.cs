using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Users;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Enrollment;

/// <summary>One downloaded profile as stored: the challenge only as a hash, the transactions that got a certificate.</summary>
public sealed record EnrolmentReferenceRecord
{
    /// <summary>Renewals keep the newest certificates only.</summary>
    public const int TransactionsKept = 4;

    public byte[] ChallengeHash { get; init; } = [];

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The challenge is a later one and has not served yet.</summary>
    public bool Reopened { get; init; }

    public EnrolmentTerms? Terms { get; init; }

    public ImmutableArray<GroupId> DeviceGroups { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The key of the token that it was made with.</summary>
    public string? Token { get; init; }

    /// <summary>Whose the device is; null = as it was.</summary>
    public Ownership? Ownership { get; init; }

    /// <summary>The person who registered; null = an admin's token made it.</summary>
    public UserName? RegisteredBy { get; init; }

    public EnrollmentId? BoundTo { get; init; }

    public ImmutableArray<ScepTransaction> Transactions { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>A certificate that was claimed, and issued if Certificate is there.</summary>
public sealed record ScepTransaction(string Id, string PublicKeyHash, byte[]? Certificate);

public sealed class EnrolmentReferenceGrain(
    [PersistentState("enrolmentReference")] IPersistentState<EnrolmentReferenceRecord> state,
    TimeProvider time) : Grain, IEnrolmentReference
{
    /// <summary>How long a profile that was handed out anew may wait for its SCEP request.</summary>
    private static readonly TimeSpan ChallengeLife = TimeSpan.FromHours(24);

    private static readonly ScepClaim Refused = new(ScepClaimResult.Refused, default);

    private EnrolmentReferenceRecord Reference => state.State;

    public Task Create(
        string challenge,
        ImmutableArray<GroupId> deviceGroups,
        DateTimeOffset expiresAt,
        string? token,
        EnrolmentTerms? terms,
        Ownership? ownership,
        UserName? registeredBy)
    {
        if (state.RecordExists)
            throw new InvalidOperationException("An enrolment reference is random; it can't exist already.");
        return Save(new EnrolmentReferenceRecord
        {
            ChallengeHash = Hash(challenge),
            DeviceGroups = deviceGroups,
            ExpiresAt = expiresAt,
            Token = token,
            Terms = terms,
            Ownership = ownership,
            RegisteredBy = registeredBy,
        });
    }

    public async Task<EnrolmentTerms?> Rechallenge(string challenge, EnrolmentTerms current)
    {
        if (!state.RecordExists)
        {
            DeactivateOnIdle();
            return null;
        }

        var terms = Reference.Terms ?? current;
        await Save(Reference with { ChallengeHash = Hash(challenge), ExpiresAt = time.GetUtcNow() + ChallengeLife, Reopened = true, Terms = terms });
        return terms;
    }

    public async Task<ScepClaim> Claim(ScepClaimRequest request)
    {
        if (!state.RecordExists)
        {
            DeactivateOnIdle();
            return Refused;
        }

        if (!request.Renewal && !CryptographicOperations.FixedTimeEquals(Hash(request.Challenge ?? ""), Reference.ChallengeHash))
            return Refused;
        if (Find(request.TransactionId) is { } known)
        {
            return known.PublicKeyHash != request.PublicKeyHash ? Refused
                : known.Certificate is { } certificate ? new ScepClaim(ScepClaimResult.AlreadyIssued, certificate)
                : new ScepClaim(ScepClaimResult.Issue, default);
        }

        if (!request.Renewal && ((Reference.Transactions.Length > 0 && !Reference.Reopened) || Reference.ExpiresAt <= time.GetUtcNow()))
            return Refused;
        var kept = Reference.Transactions.Length < EnrolmentReferenceRecord.TransactionsKept ? Reference.Transactions : Reference.Transactions.RemoveAt(0);
        await Save(Reference with
        {
            Transactions = kept.Add(new ScepTransaction(request.TransactionId, request.PublicKeyHash, null)),
            Reopened = Reference.Reopened && request.Renewal,
        });
        return new ScepClaim(ScepClaimResult.Issue, default);
    }

    public async Task<ReadOnlyMemory<byte>> Issued(string transactionId, ReadOnlyMemory<byte> certificate)
    {
        var transaction = Find(transactionId) ?? throw new InvalidOperationException("A certificate was issued without a claim.");
        if (transaction.Certificate is { } earlier)
            return earlier;
        await Save(Reference with { Transactions = Reference.Transactions.Replace(transaction, transaction with { Certificate = certificate.ToArray() }) });
        return certificate;
    }

    public async Task<EnrolmentBinding?> Bind(EnrollmentId enrolment)
    {
        if (!state.RecordExists)
            DeactivateOnIdle();
        if (!state.RecordExists || (Reference.BoundTo is { } bound && bound != enrolment))
            return null;
        if (Reference.BoundTo is null)
        {
            if (!await MayBind(enrolment))
                return null;
            await Save(Reference with { BoundTo = enrolment });
        }

        return new EnrolmentBinding(Reference.DeviceGroups, Reference.Ownership, Reference.RegisteredBy);
    }

    /// <summary>The person is asked first: what their limit refuses uses up no token.</summary>
    private async Task<bool> MayBind(EnrollmentId enrolment) =>
        (Reference.RegisteredBy is not { } person || await GrainFactory.GetGrain<IUser>(person.Value).Enrols(enrolment))
        && (Reference.Token is not { } token || await GrainFactory.GetGrain<IEnrolmentToken>(token).Use(this.GetPrimaryKeyString()));

    private ScepTransaction? Find(string transactionId) => Reference.Transactions.FirstOrDefault(known => known.Id == transactionId);

    private Task Save(EnrolmentReferenceRecord next)
    {
        state.State = next;
        return state.WriteOrDrop(DeactivateOnIdle);
    }

    private static byte[] Hash(string challenge) => SHA256.HashData(Encoding.UTF8.GetBytes(challenge));
}
