using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>A plan carried into the device's queue, and when to look again even if nothing happens until then.</summary>
public sealed record Planned(Transition Transition, DateTimeOffset? LookAgainAt);

/// <summary>
/// <c>plan = g(desired, ledger, queue)</c>: DESIGN.md, section 1. Everything that changes a fact ends here; there is no other way in
/// which an item is installed or removed. Pure: planning twice changes nothing.
/// </summary>
public static class Planner
{
    public static Planned Plan(Device device, RuleContext context)
    {
        device = device.PlannedRevision == context.Catalog.Revision ? device : device with { PlannedRevision = context.Catalog.Revision };
        if (device.Status != EnrollmentStatus.Enrolled)
            return new Planned(Transition.Of(device.Signature == 0 ? device : device with { Signature = 0 }), null);

        var wanted = context.Catalog.Compiled.Desired(device.Subject);
        if (SignOuts.Due(device, wanted.SignOut, context) is { } end)
            return Ended(device, end, context);
        var desired = wanted.Items.Where(want => want.Item.Delivery.IsSent).ToDictionary(want => want.Item.Id, want => want.Item);
        if (wanted.Signature is var signature && signature != device.Signature)
            device = device with { Signature = signature };
        var voided = Queue.VoidAll(device, command => IsStale(command, device, desired), context);
        device = Retries.Forgive(voided.Next, (entry, refused) => refused.Act == Act.Remove && desired.TryGetValue(entry.Item, out var item) && !entry.MustLeaveFor(item));
        device = Forget(device, desired, context);

        var verdicts = Judge(device, desired, context.Now);
        foreach (var step in Steps(device, verdicts))
            device = Queue.Add(device, step, context);
        device = AppWatch.Keep(device, wanted.Items, context);
        device = Renewals.Begin(device, context);

        var handOvers = HandOvers.Settle(device, desired, context.Now);
        var ready = Readiness.Tell(handOvers.Next, desired, verdicts, context.Now);
        var events = voided.Events.AddRange(handOvers.Events).AddRange(ready.Events);
        return new Planned(new Transition(ready.Next, events), LookAgainAt(verdicts.Values, [Renewals.LookAt(device), SignOuts.LookAt(device, wanted.SignOut, context)], context.Now));
    }

    /// <summary>The session's time is over: the device is nobody's, and is planned for as such.</summary>
    private static Planned Ended(Device device, string by, RuleContext context)
    {
        var released = Sessions.Release(device, by, context);
        var planned = Plan(released.Next, context);
        return planned with { Transition = planned.Transition with { Events = released.Events.AddRange(planned.Transition.Events) } };
    }

    /// <summary>
    /// Where each desired item and each item of the ledger stands. One that finds no place in the ledger is blocked until another has left;
    /// the catalog's order decides.
    /// </summary>
    public static Dictionary<ItemId, Verdict> Judge(Device device, IReadOnlyDictionary<ItemId, Item> desired, DateTimeOffset now)
    {
        var verdicts = new Dictionary<ItemId, Verdict>(desired.Count + device.Ledger.Length);
        foreach (var entry in device.Ledger)
        {
            if (!desired.ContainsKey(entry.Item))
                verdicts[entry.Item] = Verdict.OnUnwanted(entry, IsQueued(device, entry.Item), now);
        }

        var places = Device.LedgerMax - device.Ledger.Length;
        foreach (var item in desired.Values)
        {
            var entry = device.Entry(item.Id);
            verdicts[item.Id] = entry is null && --places < 0
                ? new Verdict(ItemState.Blocked)
                : Verdict.OnWanted(item, entry, IsQueued(device, item.Id), now);
        }

        return verdicts;
    }

    private static bool IsQueued(Device device, ItemId item)
    {
        foreach (var command in device.Queue)
        {
            if (command.Body.Item == item)
                return true;
        }

        return false;
    }

    private static bool IsStale(QueuedCommand command, Device device, Dictionary<ItemId, Item> desired) => command.Body switch
    {
        CommandBody.InstallProfile install => command.Epoch != device.Epoch || !IsWanted(install.ItemId, install.Revision, desired),
        CommandBody.InstallApplication install => command.Epoch != device.Epoch || !IsWanted(install.ItemId, install.Revision, desired),
        CommandBody.RemoveProfile or CommandBody.RemoveApplication => command.Epoch != device.Epoch || !IsToLeave(command.Body.Item!.Value, device, desired),
        _ => command.Lane == Lane.Session && command.Epoch != device.Epoch && !command.Body.OutlivesSession,
    };

    private static bool IsWanted(ItemId id, string revision, Dictionary<ItemId, Item> desired) =>
        desired.TryGetValue(id, out var item) && item.Revision == revision;

    private static bool IsToLeave(ItemId id, Device device, Dictionary<ItemId, Item> desired) =>
        !desired.TryGetValue(id, out var item) || device.Entry(id)?.MustLeaveFor(item) == true;

    /// <summary>Drops ledger lines that have nothing left to tell: not wanted, not there, no refusal of a revision that may come again.</summary>
    private static Device Forget(Device device, Dictionary<ItemId, Item> desired, RuleContext context)
    {
        bool HasNothingToTell(LedgerEntry entry) =>
            !entry.MayBeThere
            && !desired.ContainsKey(entry.Item)
            && !IsQueued(device, entry.Item)
            && (entry.Last is not { Act: Act.Install, Refusal: not null } last || last.RetryAt <= context.Now
                || last.Revision is not { } refused || context.Catalog.Find(entry.Item)?.HasContent(EffectiveRevision.ContentOf(refused)) != true);

        var kept = device.Ledger.RemoveAll(HasNothingToTell);
        return kept.Length == device.Ledger.Length ? device : device with { Ledger = kept };
    }

    /// <summary>Removals first, then installs, then one list a kind; a list that already waits is not asked for again.</summary>
    private static IEnumerable<PlanStep> Steps(Device device, Dictionary<ItemId, Verdict> verdicts)
    {
        var steps = verdicts.Values.Select(verdict => verdict.Step).OfType<PlanStep>().ToList();
        foreach (var removal in steps.OfType<PlanStep.Remove>())
            yield return removal;
        foreach (var install in steps.OfType<PlanStep.Install>())
            yield return install;
        foreach (var look in steps.OfType<PlanStep.Look>().Distinct())
        {
            if (!device.Queue.Any(queued => queued.Lane == Lane.Session && IsThatList(queued.Body, look)))
                yield return look;
        }
    }

    private static bool IsThatList(CommandBody body, PlanStep.Look look) =>
        look.Apps ? body is CommandBody.ManagedApplicationList : body is CommandBody.ProfileList;

    private static DateTimeOffset? LookAgainAt(IEnumerable<Verdict> verdicts, ReadOnlySpan<DateTimeOffset?> others, DateTimeOffset now)
    {
        DateTimeOffset? earliest = null;
        foreach (var other in others)
        {
            if (other > now && (earliest is null || other < earliest))
                earliest = other;
        }

        foreach (var verdict in verdicts)
        {
            if (verdict.At is { } at && at > now && (earliest is null || at < earliest))
                earliest = at;
        }

        return earliest;
    }
}
