using System.Collections.Immutable;
using System.Globalization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Rules;

namespace Mdm.Fleet.Domain.Previews;

/// <summary>One link of a chain of reasons: what was asked, whether it holds, and because of what.</summary>
public sealed record Reason(string Step, bool Holds, string Text, ImmutableArray<Reason> Because)
{
    public static Reason Of(string step, bool holds, string text, params ImmutableArray<Reason> because) => new(step, holds, text, because);
}

/// <summary>
/// Why an item is on a device or not, from rule to result (BY-05): rule → group → distribution → what keeps it → command → result. Every link is
/// asked of the functions that the device plans by. For one item each.
/// </summary>
public sealed class Explanation(CatalogSnapshot catalog, Device device, DateTimeOffset now)
{
    /// <summary>Reasons of rules and groups that are told in all; the next one says that there are more.</summary>
    public const int ReasonsMax = 1_000;

    /// <summary>Distribution and "in one of" are above the first rule.</summary>
    private const int RuleDepth = 3;

    private readonly CompiledCatalog _compiled = catalog.Compiled;
    private readonly Subject _subject = device.Subject;
    private readonly RuleReasons _reasons = new(catalog, device.Subject);

    /// <summary>The chain, in the order in which it was decided; the first link that does not hold is why the item is not there.</summary>
    public ImmutableArray<Reason> Of(ItemId id)
    {
        if (catalog.Find(id) is not { } item)
            return [Reason.Of("item", false, $"There is no item {id} in the catalog."), .. Ledger(id)];
        var desired = _compiled.Desired(_subject);
        var want = desired.Items.FirstOrDefault(want => want.Item.Id == id);
        return
        [
            Reason.Of("item", item.Enabled, item.Enabled ? $"{item.Name} is enabled." : $"{item.Name} is disabled."),
            Distribution(item.Distribution, "distribution"),
            .. item.Versions.Select((version, i) => Distribution(version.For, $"version {i + 1}")),
            Kept(desired.Withheld.FirstOrDefault(kept => kept.Item.Id == id)),
            Reason.Of("desired", want is not null, want is null ? "The device should not have it." : $"The device should have revision {want.Item.Revision}: {want.Why}."),
            .. Ledger(id),
        ];
    }

    private Reason Distribution(Distribution distribution, string step)
    {
        if (distribution is not Catalog.Distribution.Custom custom)
        {
            var all = distribution is Catalog.Distribution.All;
            var only = Filter(distribution);
            return new Reason(step, all && only?.Holds != false, all ? "distributed to everyone" : "distributed to no one", only is null ? [] : [only]);
        }

        var (isIn, ins) = Groups(custom.UserGroups, custom.DeviceGroups);
        var (isOut, outs) = Groups(custom.ExceptUserGroups, custom.ExceptDeviceGroups);
        var filter = Filter(distribution);
        return new Reason(step, isIn && !isOut && filter?.Holds != false, "distributed to groups",
        [
            new Reason("in", isIn, "in one of", ins),
            .. outs.IsEmpty ? ImmutableArray<Reason>.Empty : [new Reason("out", !isOut, "in none of", outs)],
            .. filter is null ? ImmutableArray<Reason>.Empty : [filter],
        ]);
    }

    private Reason? Filter(Distribution distribution)
    {
        if (distribution.Filter is not { } rule)
            return null;
        var (holds, because) = _reasons.Joined([rule], any: false, RuleDepth);
        return new Reason("filter", holds, "passes the filter", because);
    }

    private (bool IsIn, ImmutableArray<Reason> Because) Groups(ImmutableArray<GroupId> users, ImmutableArray<GroupId> devices) => _reasons.Joined(
        [.. devices.Select(group => (Rule)new Rule.InDeviceGroup(group)), .. users.Select(group => new Rule.InUserGroup(group))], any: true, RuleDepth);

    private static Reason Kept(WithheldItem? kept) => kept?.Reason switch
    {
        null => Reason.Of("kept", true, "Nothing keeps it from the device."),
        Withholding.Outranked => Reason.Of("kept", false, $"{kept.Detail} has priority, and a device can hold only one of the two."),
        Withholding.MissingValue => Reason.Of("kept", false, $"There is no value for ${{{kept.Detail}}}, and it is never sent half-filled."),
        Withholding.NotAsked => Reason.Of("kept", false, "It is optional, and the person has not asked for it."),
        Withholding.NotOffered => Reason.Of("kept", false, kept.Detail),
        _ => throw new InvalidOperationException("Withholding is a closed set."),
    };

    /// <summary>What was done about it: the queued command, what the device said, what its lists showed.</summary>
    private IEnumerable<Reason> Ledger(ItemId id)
    {
        foreach (var command in device.Queue.Where(command => command.Body.Item == id))
            yield return Reason.Of("command", true, $"{command.Body.RequestType} waits since {Text(command.QueuedAt)}.");
        if (device.Entry(id) is not { } entry)
        {
            yield return Reason.Of("result", false, device.Status == EnrollmentStatus.Enrolled ? "Nothing was sent yet." : "The device is not enrolled.");
            yield break;
        }

        if (entry.Last is { } last)
        {
            var then = last.RetryAt is { } again && again > now ? $" It is tried again at {Text(again)}." : "";
            yield return Reason.Of("command", last.Refusal is null, last.Refusal is { } refusal
                ? $"{last.Act} was refused: {refusal}{then}"
                : $"{last.Act} was accepted; a list of the device will tell.");
        }

        yield return Reason.Of("result", entry.Presence == Presence.Present, entry.Presence switch
        {
            Presence.Present => $"A list of the device shows it{(entry.Revision is { } revision ? $", revision {revision}" : "")}.",
            Presence.Unknown => "It may be there: no list of the device has told yet.",
            _ => "A list of the device does not show it.",
        });
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
