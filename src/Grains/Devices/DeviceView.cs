using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Orleans;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>
/// A device as pages show it: its state, what it should have and where each of those items stands. Exists = false for an enrolment
/// id that was never seen.
/// </summary>
[GenerateSerializer, Immutable, Alias("device.view")]
public sealed record DeviceView(
    [property: Id(0)] bool Exists,
    [property: Id(1)] Device Device,
    [property: Id(2)] ImmutableArray<ItemView> Desired,
    [property: Id(3)] bool Ready,
    [property: Id(4)] DateTimeOffset? LastSeen,
    [property: Id(5)] ImmutableArray<Guid> HandedOut,
    [property: Id(6)] ImmutableArray<Guid> Deferred,
    [property: Id(7)] bool SignInOffered)
{
    /// <summary>What is distributed to the device and kept from it.</summary>
    [Id(8)]
    public ImmutableArray<WithheldItem> Withheld { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Commands of the queue that may have been handed out: all that are not known to never have been.</summary>
    [Id(9)]
    public ImmutableArray<Guid> MayBeHandedOut { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The last sign of the person who holds the device; null = not known now, as in <see cref="RuleContext.ActiveAt"/>.</summary>
    [Id(10)]
    public DateTimeOffset? ActiveAt { get; init; }

    internal static DeviceView Of(Device device, CatalogSnapshot catalog, DateTimeOffset? lastSeen, DateTimeOffset? activeAt, HandedOut handedOut, DateTimeOffset now)
    {
        var whole = catalog.Compiled.Desired(device.Subject);
        var desired = whole.Items;
        var verdicts = Planner.Judge(device, desired.Where(want => want.Item.Delivery.IsSent).ToDictionary(want => want.Item.Id, want => want.Item), now);
        return new DeviceView(
            device.Status != EnrollmentStatus.Unknown,
            device,
            [.. desired.Select(want => ItemView.Of(want, device.Entry(want.Item.Id), want.Item.Delivery.IsSent ? verdicts[want.Item.Id].State : ItemState.Settled))],
            device.WasReady,
            lastSeen,
            handedOut.Ids(device),
            handedOut.Deferred(device),
            desired.Any(want => want.Item.Kind == ItemKind.MultiUserSignIn))
        {
            Withheld = whole.Withheld,
            MayBeHandedOut = [.. device.Queue.Select(queued => queued.Id).Where(handedOut.MayBe)],
            ActiveAt = activeAt,
        };
    }
}

/// <summary>One desired item: the rule that says so and where it stands; Detail names a refusal.</summary>
[GenerateSerializer, Immutable, Alias("device.item")]
public sealed record ItemView(
    [property: Id(0)] ItemId Id,
    [property: Id(1)] string Name,
    [property: Id(2)] ItemKind Kind,
    [property: Id(3)] string Revision,
    [property: Id(4)] string Why,
    [property: Id(5)] ItemState State,
    [property: Id(6)] string? Detail,
    [property: Id(7)] bool Required,
    [property: Id(8)] bool IsSent = true)
{
    internal static ItemView Of(DesiredItem want, LedgerEntry? entry, ItemState state)
    {
        var item = want.Item;
        var noPlace = entry is null && state == ItemState.Blocked ? $"The device has {Device.LedgerMax} items already, which is the most it can have." : null;
        return new ItemView(item.Id, item.Name, item.Kind, item.Revision, want.Why, state, noPlace ?? entry?.Last?.Refusal, item.Required, item.Delivery.IsSent);
    }
}
