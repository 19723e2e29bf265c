using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Previews;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Devices;

namespace Mdm.Fleet.Frontend.Admin.Previews;

/// <summary>One command of a plan, in the order in which it would go.</summary>
public sealed record PlannedCommand(string Command, string? Item, string? Name);

/// <summary>An item that the device would have, and why.</summary>
public sealed record PlannedItem(string Item, string Name, string Kind, string Revision, string Why);

/// <summary>
/// What the device's own rules would do: the commands that would be queued beside what waits already, those of the queue that would be void, and
/// what it should have then. Refusal: why the person can't have the device.
/// </summary>
public sealed record PlanObject(
    string Device,
    string Owner,
    string? Refusal,
    IReadOnlyList<PlannedCommand> Commands,
    IReadOnlyList<string> Voided,
    IReadOnlyList<PlannedItem> Desired,
    IReadOnlyList<Devices.WithheldObject> Withheld)
{
    /// <summary>What keeps the facts that were asked about from being saved, unless it is overridden by <c>?override=CODE</c>.</summary>
    public IReadOnlyList<Warning> Errors { get; init; } = [];
}

/// <summary>The exact plan of one person on one device: the pure functions that the device grain runs, on the device as it is (BY-02).</summary>
internal static class DevicePlan
{
    /// <param name="person">Who would hold the device; null = as it is held.</param>
    /// <param name="given">What would be said of it; null = as it is.</param>
    public static PlanObject Of(string id, DeviceView view, CatalogSnapshot catalog, Owner? person, DateTimeOffset now, GivenFacts? given = null)
    {
        var device = given?.On(view.Device) ?? view.Device;
        var handedOut = view.MayBeHandedOut.ToHashSet();
        var context = new RuleContext(now, catalog, Guid.NewGuid, handedOut.Contains) { ActiveAt = view.ActiveAt };
        var (held, refusal) = person is null || person.User == device.Owner.User ? (device, null) : Held(device, person, context);
        var next = Planner.Plan(held, context).Transition.Next;
        var before = view.Device.Queue.Select(command => command.Id).ToHashSet();
        var after = next.Queue.Select(command => command.Id).ToHashSet();
        var desired = catalog.Compiled.Desired(next.Subject);
        return new PlanObject(
            id,
            next.Owner.User.Value,
            refusal,
            [.. next.Queue.Where(command => !before.Contains(command.Id)).OrderBy(command => command.Lane).Select(command => Show(command, catalog))],
            [.. view.Device.Queue.Where(command => !after.Contains(command.Id)).Select(command => command.Body.RequestType)],
            [.. desired.Items.Select(want => new PlannedItem(want.Item.Id.Value, want.Item.Name, Words.Camel(want.Item.Kind), want.Item.Revision, want.Why))],
            [.. desired.Withheld.Select(Devices.WithheldObject.Of)])
        {
            Errors = NetworkLoss.Errors(FleetPreview.IsCutOff(catalog, view.Device, device) ? 1 : 0),
        };
    }

    /// <summary>Whoever holds it signs out first.</summary>
    private static (Device Device, string? Refusal) Held(Device device, Owner person, RuleContext context)
    {
        var free = Sessions.SignOut(device, device.Epoch, "preview", context).Next;
        if (person.IsNobody)
            return (free, null);
        return Sessions.SignIn(free, person with { Since = context.Now }, context) switch
        {
            SignInOutcome.SignedIn signedIn => (signedIn.Transition.Next, null),
            SignInOutcome.Refused refused => (free, Words.Camel(refused.Reason)),
            _ => (free, null),
        };
    }

    private static PlannedCommand Show(QueuedCommand command, CatalogSnapshot catalog) => new(
        command.Body.RequestType,
        command.Body.Item?.Value,
        command.Body.Item is { } item ? catalog.Find(item)?.Name ?? item.Value : null);
}
