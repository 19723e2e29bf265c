using System.Collections.Immutable;

namespace Mdm.Fleet.Domain.Catalog;

/// <summary>Of items that exclude each other one goes: the smallest priority number, then the smallest id.</summary>
internal static class Exclusions
{
    public static void Settle(ImmutableArray<DesiredItem>.Builder items, ImmutableArray<WithheldItem>.Builder withheld)
    {
        var contenders = items.Where(desired => !desired.Item.Exclusive.IsEmpty).ToList();
        if (contenders.Count < 2)
            return;
        var holders = new Dictionary<string, Item>(StringComparer.Ordinal);
        foreach (var desired in contenders.OrderBy(desired => desired.Item.Priority).ThenBy(desired => desired.Item.Id.Value, StringComparer.Ordinal))
        {
            if (desired.Item.Exclusive.FirstOrDefault(holders.ContainsKey) is { } taken)
            {
                items.Remove(desired);
                withheld.Add(new WithheldItem(desired.Item, desired.Why, Withholding.Outranked, holders[taken].Id.Value));
                continue;
            }

            foreach (var kind in desired.Item.Exclusive)
                holders[kind] = desired.Item;
        }
    }
}
