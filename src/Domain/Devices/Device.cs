using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Users;

namespace Mdm.Fleet.Domain.Devices;

[JsonConverter(typeof(JsonStringEnumConverter<EnrollmentStatus>))]
public enum EnrollmentStatus
{
    /// <summary>No Authenticate was ever seen: there is no such device.</summary>
    Unknown,

    /// <summary>Authenticate came, the first TokenUpdate not yet.</summary>
    Pending,
    Enrolled,

    /// <summary>The device left by itself: CheckOut, or erased. It may come back.</summary>
    CheckedOut,

    /// <summary>An admin asked for the end of the enrolment; the device has not obeyed yet.</summary>
    Retiring,

    /// <summary>An admin ended the enrolment: the only state that answers 401.</summary>
    Retired,
}

/// <summary>Where pushes go. <paramref name="InvalidSince"/>: APNs refused the token; a newer TokenUpdate clears it.</summary>
public sealed record PushChannel(string Topic, ReadOnlyMemory<byte> Token, string Magic, DateTimeOffset UpdatedAt, DateTimeOffset? InvalidSince = null)
{
    public bool Same(string topic, ReadOnlySpan<byte> token, string magic) => Topic == topic && Magic == magic && token.SequenceEqual(Token.Span);
}

/// <summary>An install or removal that was voided and may have been handed out: its late result still tells something.</summary>
public sealed record VoidedCommand(Guid Id, ItemId Item, Delivery Delivery, Act Act, string? Revision);

/// <summary>
/// One enrolment's whole state, changed by the rules of this folder alone and saved in one write (DESIGN.md, sections 1 and 5).
/// </summary>
public sealed record Device
{
    /// <summary>Commands a device's queue holds at most.</summary>
    public const int QueueMax = 128;

    /// <summary>Items that a device has at most: with them its state stays within 64 KB (DESIGN.md, section 5).</summary>
    public const int LedgerMax = 100;

    /// <summary>Static device groups that a device is in at most: each is a tag of its index row, which has others too.</summary>
    public const int GroupsMax = 10;

    /// <summary>Voided commands remembered at most; a list settles what an older one might have told.</summary>
    public const int VoidedMax = 32;

    public EnrollmentStatus Status { get; init; }

    public EnrollmentKind Kind { get; init; }

    public DeviceFacts Facts { get; init; } = DeviceFacts.None;

    /// <summary>Which identity this enrolment is bound to: an enrolment reference or a certificate's fingerprint.</summary>
    public string? Identity { get; init; }

    /// <summary>When the certificate that the device presented last expires; null = it has presented none since this is noted.</summary>
    public DateTimeOffset? IdentityExpiresAt { get; init; }

    /// <summary>The last attempt to renew the certificate.</summary>
    public Renewal? Renewal { get; init; }

    /// <summary>The PayloadIdentifier of the enrolment profile; null where the device brought one that is not ours.</summary>
    public string? EnrollmentProfile { get; init; }

    /// <summary>The unguessable part of the device's sign-in address.</summary>
    public string? SignInToken { get; init; }

    public PushChannel? Push { get; init; }

    public Owner Owner { get; init; } = Owner.NobodySince(default);

    /// <summary>The static device groups that the device is in.</summary>
    public ImmutableArray<GroupId> Groups { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Who enrolled it by themselves; null = an admin's token did.</summary>
    public UserName? RegisteredBy { get; init; }

    /// <summary>Whose the device is.</summary>
    public Ownership Ownership { get; init; }

    /// <summary>The values of the device's custom attributes.</summary>
    public ImmutableArray<AttributeValue> Attributes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The expectation whose facts the device took last, by its id: it takes them once.</summary>
    public string? Expectation { get; init; }

    /// <summary>Optional items that the person of this session asked for.</summary>
    public ImmutableArray<ItemId> Asked { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The number of owner changes so far: sign-in, sign-out, re-enrolment, wipe.</summary>
    public long Epoch { get; init; }

    /// <summary>Whether the owner of this epoch was once ready: told once a session.</summary>
    public bool WasReady { get; init; }

    public ImmutableArray<LedgerEntry> Ledger { get; init => field = value.IsDefault ? [] : value; } = [];

    public ImmutableArray<QueuedCommand> Queue { get; init => field = value.IsDefault ? [] : value; } = [];

    public ImmutableArray<VoidedCommand> Voided { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What the device was last asked for its apps for; null = no policy in force has rules on apps.</summary>
    public AppWatch? AppWatch { get; init; }

    public ImmutableArray<HandOver> HandOvers { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The catalog revision of the last plan.</summary>
    public long PlannedRevision { get; init; }

    /// <summary>What the last plan wanted the device to have, as <see cref="DesiredSet.Signature"/>; 0 = it was not planned for.</summary>
    public ulong Signature { get; init; }

    public DateTimeOffset EnrolledAt { get; init; }

    [JsonIgnore]
    public bool IsManaged => Status is EnrollmentStatus.Enrolled or EnrollmentStatus.Retiring;

    /// <summary>What rules and distributions see of it.</summary>
    [JsonIgnore]
    public Subject Subject => new(Kind, Facts, Groups, Owner) { Ownership = Ownership, EnrolledAt = EnrolledAt, Attributes = Attributes, Asked = Asked };

    public LedgerEntry? Entry(ItemId item)
    {
        foreach (var entry in Ledger)
        {
            if (entry.Item == item)
                return entry;
        }

        return null;
    }

    public Device WithEntry(LedgerEntry entry)
    {
        for (var i = 0; i < Ledger.Length; i++)
        {
            if (Ledger[i].Item == entry.Item)
                return this with { Ledger = Ledger.SetItem(i, entry) };
        }

        return this with { Ledger = Ledger.Add(entry) };
    }
}
