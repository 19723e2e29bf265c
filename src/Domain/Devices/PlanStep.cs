using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>
/// One thing that a plan does. The family is closed on purpose: there is no step that could remove the enrolment profile or anything
/// that is not in the ledger.
/// </summary>
public abstract record PlanStep
{
    private PlanStep()
    {
    }

    public sealed record Install(Item Item) : PlanStep;

    public sealed record Remove(LedgerEntry Entry) : PlanStep;

    /// <summary>Install the enrolment profile anew: which one that is, the edge alone knows.</summary>
    public sealed record Renew : PlanStep;

    /// <summary>Ask for the list that settles what is unknown: profiles or managed apps.</summary>
    public sealed record Look(bool Apps) : PlanStep;
}

/// <summary>Where an item stands on its way to what is desired.</summary>
public enum ItemState
{
    /// <summary>As desired, and a list showed it.</summary>
    Settled,

    /// <summary>A command for it is queued or must be.</summary>
    Pending,

    /// <summary>A command was accepted; a list will tell.</summary>
    Unconfirmed,

    /// <summary>The device refused; <see cref="Attempt.Refusal"/> says why. Without a line in the ledger: it has no place for more items.</summary>
    Blocked,
}
