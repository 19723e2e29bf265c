using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>The rules of the hand-over: it begins at the end of a session and ends when the device's reports show the items gone (BY-03).</summary>
public static class HandOvers
{
    /// <summary>
    /// Opens the hand-over of a session that ends: everything that may be there and does not belong to the next owner leaves, so what an
    /// older one still waits for is in the new one too. One that has no place any more while it is open is told as it is.
    /// </summary>
    public static Transition Begin(Device device, Owner ended, long epoch, RuleContext context)
    {
        var desired = Desired.Of(context.Catalog, device).Where(want => want.Item.Delivery.IsSent).ToDictionary(want => want.Item.Id, want => want.Item);
        var left = device.Ledger.Where(entry => Leaves(entry, desired)).Select(entry => entry.Item).ToImmutableArray();
        var handOver = new HandOver(epoch, ended.User, HandOverState.Cleaning, context.Now, null, left);
        if (device.HandOvers.Length < HandOver.Kept)
            return Transition.Of(device with { HandOvers = device.HandOvers.Add(handOver) });

        var dropped = MostFinished(device.HandOvers);
        var next = device with { HandOvers = device.HandOvers.Remove(dropped).Add(handOver) };
        return dropped.State == HandOverState.Cleaning
            ? Transition.Of(next, new DeviceEvent.HandOverEnded(dropped.User, dropped.Epoch, dropped.State, dropped.Left))
            : Transition.Of(next);
    }

    /// <summary>Ends the hand-overs that can end: clean when nothing is left, residue when only refused removals are.</summary>
    public static Transition Settle(Device device, IReadOnlyDictionary<ItemId, Item> desired, DateTimeOffset now)
    {
        var events = ImmutableArray.CreateBuilder<DeviceEvent>();
        for (var i = 0; i < device.HandOvers.Length; i++)
        {
            var before = device.HandOvers[i];
            if (before.State == HandOverState.Clean || Settled(before, device, desired, now) is var after && after == before)
                continue;
            device = device with { HandOvers = device.HandOvers.SetItem(i, after) };
            if (after.State != before.State && after.State != HandOverState.Cleaning)
                events.Add(new DeviceEvent.HandOverEnded(after.User, after.Epoch, after.State, after.Left));
        }

        return new Transition(device, events.ToImmutable());
    }

    private static HandOver Settled(HandOver handOver, Device device, IReadOnlyDictionary<ItemId, Item> desired, DateTimeOffset now)
    {
        var left = handOver.Left.RemoveAll(item => device.Entry(item) is not { } entry || !Leaves(entry, desired));
        var state = left.IsEmpty ? HandOverState.Clean : left.All(item => IsResidue(device, item)) ? HandOverState.Residue : HandOverState.Cleaning;
        if (state == HandOverState.Cleaning && handOver.State == HandOverState.Residue)
            state = HandOverState.Residue; // a retry is under way; it stays residue until a report shows it gone
        return handOver with { Left = left, State = state, EndedAt = state == handOver.State ? handOver.EndedAt : now };
    }

    /// <summary>What the next owner should not find: an item that is not theirs, or one of theirs filled in with another's values.</summary>
    private static bool Leaves(LedgerEntry entry, IReadOnlyDictionary<ItemId, Item> desired) =>
        entry.MayBeThere
        && (!desired.TryGetValue(entry.Item, out var item) || entry.HoldsOtherValues(item));

    private static bool IsResidue(Device device, ItemId item) =>
        device.Entry(item) is { Presence: Presence.Present, Last.Refusal: not null }
        && !device.Queue.Any(queued => queued.Body.Item == item);

    /// <summary>The oldest clean one, else the oldest whose residue was told, else the oldest.</summary>
    private static HandOver MostFinished(ImmutableArray<HandOver> handOvers) =>
        handOvers.FirstOrDefault(handOver => handOver.State == HandOverState.Clean)
        ?? handOvers.FirstOrDefault(handOver => handOver.State == HandOverState.Residue)
        ?? handOvers[0];
}
