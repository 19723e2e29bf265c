using System.Text.Json.Serialization;
using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Devices;

[JsonConverter(typeof(JsonStringEnumConverter<Presence>))]
public enum Presence
{
    Absent,

    /// <summary>Maybe there: an install may have been handed out or was accepted, or a removal was accepted, and no list has told yet.</summary>
    Unknown,

    /// <summary>A list of the device shows it.</summary>
    Present,
}

[JsonConverter(typeof(JsonStringEnumConverter<Act>))]
public enum Act
{
    Install,
    Remove,
}

/// <summary>
/// What came of the last try at an item. Refused: not tried again before <paramref name="RetryAt"/> (null = only after a new
/// revision, other facts or an admin's retry). Accepted: a list is looked at not before <paramref name="LookAt"/>.
/// </summary>
/// <param name="Act">What was tried.</param>
/// <param name="Revision">The revision that it was about.</param>
/// <param name="Refusal">Why not; null = accepted.</param>
/// <param name="Tries">Refusals so far of this act and revision.</param>
/// <param name="RetryAt">When it may be tried again.</param>
/// <param name="Looks">Lists that did not settle it so far.</param>
/// <param name="LookAt">When the next list is worth asking for.</param>
/// <param name="ByPerson">The person at the device rejected it: the next person may be asked again.</param>
public sealed record Attempt(
    Act Act,
    string? Revision,
    string? Refusal = null,
    int Tries = 0,
    DateTimeOffset? RetryAt = null,
    int Looks = 0,
    DateTimeOffset? LookAt = null,
    bool ByPerson = false);

/// <summary>
/// One line of the ledger: an item that we distributed to this device. <paramref name="Revision"/> is the one that a list showed,
/// or that may be there; null where it can't be told.
/// </summary>
public sealed record LedgerEntry(ItemId Item, Delivery Delivery, Presence Presence, string? Revision = null, Attempt? Last = null)
{
    /// <summary>
    /// The refusal of the other act than the last one's: an install that was refused while the removal of what is there is tried, or the
    /// other way round. Each keeps its own back-off.
    /// </summary>
    public Attempt? OtherRefusal { get; init; }

    [JsonIgnore]
    public bool MayBeThere => Presence != Presence.Absent;

    /// <summary>Whether what is there, or may be, is filled in with other values than are wanted now: as a rule another person's.</summary>
    public bool HoldsOtherValues(Item wanted) => MayBeThere && (Revision is null
        ? !wanted.Variables.IsEmpty
        : EffectiveRevision.IsFilled(Revision) && EffectiveRevision.ValuesOf(Revision) != EffectiveRevision.ValuesOf(wanted.Revision));

    /// <summary>Whether what is there must leave, as what is wanted in its place, with other values, was refused.</summary>
    public bool MustLeaveFor(Item wanted) => HoldsOtherValues(wanted) && RefusedInstall(wanted.Revision) is not null;

    /// <summary>The refusal of the install of a revision, if that is how it ended.</summary>
    public Attempt? RefusedInstall(string revision) => Tried(Act.Install, revision) is { Refusal: not null } refused ? refused : null;

    /// <summary>What came of the last try of an act at a revision.</summary>
    public Attempt? Tried(Act act, string? revision) => IsOf(Last, act, revision) ? Last : IsOf(OtherRefusal, act, revision) ? OtherRefusal : null;

    /// <summary>The same line after another try; a refusal of the other act is remembered beside it.</summary>
    public LedgerEntry With(Attempt last) => this with
    {
        Last = last,
        OtherRefusal = Last is { Refusal: not null } before && before.Act != last.Act ? before : OtherRefusal?.Act == last.Act ? null : OtherRefusal,
    };

    /// <summary>The same line without its last try.</summary>
    public LedgerEntry WithoutLast() => this with { Last = OtherRefusal, OtherRefusal = null };

    /// <summary>The same line, unknown until a list tells.</summary>
    public LedgerEntry Doubted() => this with { Presence = Presence.Unknown };

    /// <summary>Unknown, and what was accepted before counts no more: a command that may still act came in between.</summary>
    public LedgerEntry Overtaken() => (Last is { Refusal: null } ? WithoutLast() : this).Doubted();

    private static bool IsOf(Attempt? attempt, Act act, string? revision) => attempt is not null && attempt.Act == act && attempt.Revision == revision;
}
