using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>What is to be done about one item: a step, or waiting until a time, or nothing.</summary>
public readonly record struct Verdict(ItemState State, PlanStep? Step = null, DateTimeOffset? At = null)
{
    /// <summary>The verdict on an item that the device should have. Live = an install of this revision is queued.</summary>
    public static Verdict OnWanted(Item item, LedgerEntry? entry, bool live, DateTimeOffset now)
    {
        if (live)
            return new Verdict(ItemState.Pending);
        if (entry is null)
            return new Verdict(ItemState.Pending, new PlanStep.Install(item));
        if (entry.Presence == Presence.Present && entry.Revision == item.Revision)
            return new Verdict(ItemState.Settled);
        if (entry.MustLeaveFor(item))
            return OnReplaced(item, entry, now);
        return entry.Last is { Act: Act.Install } last && last.Revision == item.Revision
            ? OnTried(entry, last, new PlanStep.Install(item), now)
            : new Verdict(ItemState.Pending, new PlanStep.Install(item));
    }

    /// <summary>The verdict on an item of the ledger that the device should not have. Live = its removal is queued.</summary>
    public static Verdict OnUnwanted(LedgerEntry entry, bool live, DateTimeOffset now)
    {
        if (live)
            return new Verdict(ItemState.Pending);
        if (!entry.MayBeThere)
            return new Verdict(ItemState.Settled);
        return entry.Last is { Act: Act.Remove } last
            ? OnTried(entry, last, new PlanStep.Remove(entry), now)
            : new Verdict(ItemState.Pending, new PlanStep.Remove(entry));
    }

    /// <summary>
    /// The verdict on an item that is there with another's values and whose right content was refused: it leaves. Where that is refused too,
    /// each is tried again by its own back-off.
    /// </summary>
    private static Verdict OnReplaced(Item item, LedgerEntry entry, DateTimeOffset now)
    {
        var retryAt = entry.RefusedInstall(item.Revision)!.RetryAt;
        if (entry.Tried(Act.Remove, null) is not { } removal)
            return new Verdict(ItemState.Pending, new PlanStep.Remove(entry));
        if (removal.Refusal is not null && retryAt <= now)
            return new Verdict(ItemState.Pending, new PlanStep.Install(item));
        var verdict = OnTried(entry, removal, new PlanStep.Remove(entry), now);
        return verdict.State == ItemState.Blocked && (verdict.At is null || retryAt < verdict.At) ? verdict with { At = retryAt } : verdict;
    }

    private static Verdict OnTried(LedgerEntry entry, Attempt last, PlanStep again, DateTimeOffset now)
    {
        if (last.Refusal is not null && last.RetryAt is { } retryAt && retryAt <= now)
            return new Verdict(ItemState.Pending, again);
        if (entry.Presence == Presence.Unknown)
        {
            return last.LookAt is { } lookAt && lookAt > now
                ? new Verdict(ItemState.Unconfirmed, At: lookAt)
                : new Verdict(ItemState.Unconfirmed, new PlanStep.Look(entry.Delivery is Delivery.ManagedApp));
        }

        return last.Refusal is not null
            ? new Verdict(ItemState.Blocked, At: last.RetryAt)
            : new Verdict(ItemState.Pending, again);
    }
}
