using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;

namespace Mdm.Fleet.Domain.Devices;

/// <summary>
/// The policies with rules on apps that were in force when the device was asked for its apps (UG-13): a list from before
/// <paramref name="AskedAt"/> tells nothing of them.
/// </summary>
/// <param name="Policies">A hash of their ids, so that however many there are, the device's state stays small.</param>
/// <param name="AskedAt">When the question was queued.</param>
public sealed record AppWatch(string Policies, DateTimeOffset AskedAt)
{
    /// <summary>Asks once when such policies begin to apply. A crowded queue is asked when a later plan finds room.</summary>
    internal static Device Keep(Device device, ImmutableArray<DesiredItem> wanted, RuleContext context)
    {
        var policies = NameOf(wanted);
        if (policies == device.AppWatch?.Policies)
            return device;
        if (policies is null)
            return device with { AppWatch = null };
        var watching = device with { AppWatch = new AppWatch(policies, context.Now) };
        return Queue.IsCrowded(device) ? device : Queue.Enqueue(watching, new CommandBody.InstalledApplicationList(), context) switch
        {
            EnqueueOutcome.Queued queued => queued.Next,
            EnqueueOutcome.Coalesced => watching,
            EnqueueOutcome.Full or EnqueueOutcome.NotManaged => device,
            var unknown => throw new InvalidOperationException($"No answer to {unknown}."),
        };
    }

    /// <summary>Whether a device that should have the one and then the other is asked for its apps.</summary>
    internal static bool IsAskedAnew(ImmutableArray<DesiredItem> before, ImmutableArray<DesiredItem> after) => NameOf(after) is { } now && now != NameOf(before);

    private static string? NameOf(ImmutableArray<DesiredItem> wanted)
    {
        var ids = wanted
            .Where(want => want.Item.Delivery is Delivery.ServerSide { NeedsApps: true })
            .Select(want => want.Item.Id.Value)
            .Order(StringComparer.Ordinal)
            .ToList();
        return ids.Count == 0 ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', ids))).AsSpan(0, 8));
    }
}
