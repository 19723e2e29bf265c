using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Frontend.Admin.Attributes;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Policies;
using Mdm.Fleet.Grains.Devices;

namespace Mdm.Fleet.Frontend.Admin.Devices;

/// <summary>Draws a device for its page: what it should have, what it has, what waits, how hand-overs went.</summary>
internal static class DeviceDetail
{
    public static DeviceObject Of(string id, DeviceView view, CatalogSnapshot catalog, FrontendOptions options, IReadOnlyList<ComplianceObject> compliance)
    {
        var device = view.Device;
        return new DeviceObject(
            id,
            device.Facts.Name ?? device.Facts.SerialNumber ?? id,
            device.Facts.SerialNumber,
            device.Facts.Model ?? device.Facts.ProductName,
            device.Facts.OsVersion,
            device.Kind.ToString(),
            DeviceRow.StatusOf(device.Status),
            OwnerOf(device, catalog),
            device.Owner.DisplayName,
            device.Epoch,
            DeviceRow.HandOverOf(device),
            view.Ready,
            view.LastSeen,
            device.EnrolledAt == default ? null : device.EnrolledAt,
            device.Facts.Supervised ?? false,
            device.SignInToken is { } token && options.PublicUrl is not null ? options.Address($"/signin/{token}") : null,
            view.SignInOffered,
            [.. catalog.Live(device.Groups, ofDevices: true).Select(group => group.Value)],
            [.. view.Desired.Select(Show)],
            [.. device.Ledger.Select(entry => Show(entry, catalog))],
            [.. device.Queue.Select(command => Show(command, view))],
            [.. device.HandOvers.Reverse().Select(handOver => Show(handOver, device))],
            PushOf(device),
            compliance,
            [.. view.Withheld.Select(WithheldObject.Of)],
            Words.Camel(device.Ownership),
            AttributeTexts.Show(device.Attributes, catalog.Compiled.Attributes),
            [.. catalog.Compiled.GroupsOf(device.Subject, ofUsers: false).Select(group => group.Value)]);
    }

    private static DeviceOwner OwnerOf(Device device, CatalogSnapshot catalog) => new(
        device.Owner.User.Value,
        device.Owner.DisplayName,
        device.Owner.Since == default ? null : device.Owner.Since,
        [.. catalog.Live(device.Owner.IsNobody ? catalog.NobodyGroups : device.Owner.Groups, ofDevices: false).Select(group => group.Value)]);

    private static DesiredObject Show(ItemView item) => new(
        item.Id.Value, item.Name, Words.Camel(item.Kind), item.Revision, item.Why, Words.Camel(item.State), item.Required);

    /// <summary>An item that left the catalog has no name any more: its id stands for it.</summary>
    private static LedgerObject Show(LedgerEntry entry, CatalogSnapshot catalog) => new(
        entry.Item.Value,
        catalog.Find(entry.Item)?.Name ?? entry.Item.Value,
        Words.Camel(entry.Presence),
        entry.Revision,
        entry.Last is null ? null : entry.Last.Refusal is null ? "accepted" : "refused",
        entry.Last?.Refusal,
        entry.Last?.RetryAt);

    private static QueuedObject Show(Domain.Commands.QueuedCommand command, DeviceView view) => new(
        command.Id.ToString(),
        command.Body.RequestType,
        Words.Camel(command.Lane),
        command.Epoch,
        view.Deferred.Contains(command.Id) ? "notNow" : view.HandedOut.Contains(command.Id) ? "handedOut" : "queued",
        command.Body.Item?.Value,
        command.QueuedAt);

    private static HandOverObject Show(HandOver handOver, Device device) => new(
        handOver.Epoch,
        handOver.User.Value,
        Words.Camel(handOver.State),
        handOver.StartedAt,
        handOver.EndedAt,
        [.. handOver.Left.Select(item => item.Value)],
        [.. handOver.Left.Select(item => device.Entry(item)).OfType<LedgerEntry>()
            .Where(entry => entry.Last is { Act: Act.Remove, Refusal: not null })
            .Select(entry => new ResidueObject(entry.Item.Value, entry.Last!.Refusal!))]);

    private static PushObject PushOf(Device device) => device.Push is { } push
        ? new PushObject(push.InvalidSince is null, push.Topic, push.UpdatedAt, push.InvalidSince)
        : new PushObject(false, null, null, null);
}
