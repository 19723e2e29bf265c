using System.Globalization;
using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Bench.Fleets;

/// <summary>
/// A large fleet written straight into a store whose server is not running: enrolled devices that are up to date with the store's catalog,
/// every second one held by a person, each in one device group of a hundred devices; the last ones in the group "spare".
/// </summary>
public static class SeededFleet
{
    private const int GroupSize = 100;
    private const int WritersMax = 512;

    private static readonly DateTimeOffset EnrolledAt = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The device group of the devices that a change should not concern.</summary>
    public static GroupId Spare { get; } = GroupId.Parse("spare");

    public static async Task WriteAsync(StoreOptions options, int devices, int spares)
    {
        await using var store = await RecordStores.OpenAsync(options);
        var catalog = await CatalogOf(store);
        using var places = new SemaphoreSlim(WritersMax);
        var writes = Enumerable.Range(0, devices + spares).Select(async number =>
        {
            await places.WaitAsync();
            try
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"SEEDED-{number:D7}");
                await store.WriteAsync(WriteOf(id, Device(number, isSpare: number >= devices, catalog)));
            }
            finally
            {
                places.Release();
            }
        });
        await Task.WhenAll(writes);
    }

    /// <summary>By device, how many installs of an item are queued; devices without one are not in it.</summary>
    public static async Task<Dictionary<string, int>> QueuedAsync(StoreOptions options, ItemId item)
    {
        await using var store = await RecordStores.OpenAsync(options);
        var queued = new Dictionary<string, int>(StringComparer.Ordinal);
        for (string? after = null; ;)
        {
            var page = await store.ScanAsync("device", after, 5_000);
            foreach (var row in page.Rows)
            {
                var record = (await store.ReadAsync(new RecordKey("device", row.Key)))!;
                var device = JsonSerializer.Deserialize(record.Body.Span, GrainsJson.Default.DeviceRecord)!.Device;
                if (device.Queue.Count(command => command.Body is CommandBody.InstallProfile install && install.ItemId == item) is > 0 and var count)
                    queued[row.Key] = count;
            }

            if ((after = page.Next) is null)
                return queued;
        }
    }

    private static async Task<CatalogSnapshot> CatalogOf(IRecordStore store) => await store.ReadAsync(new RecordKey("catalog", ICatalog.Key)) is { } record
        ? JsonSerializer.Deserialize(record.Body.Span, GrainsJson.Default.CatalogRecord)!.Snapshot
        : CatalogSnapshot.Empty;

    private static Device Device(int number, bool isSpare, CatalogSnapshot catalog)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"person{number}@ward.example");
        var group = isSpare ? Spare : GroupId.Parse(string.Create(CultureInfo.InvariantCulture, $"ward-{number / GroupSize % 50}"));
        var device = new Device
        {
            Status = EnrollmentStatus.Enrolled,
            Facts = new DeviceFacts($"iPad {number}", $"SN{number:D9}", "iPad13,1", "MK2K3", "18.1", "22B83", true),
            Identity = $"seeded:{number}",
            SignInToken = $"seeded-{number:D12}-{new string('x', 16)}",
            Push = new PushChannel("com.apple.mgmt.External.seeded", BitConverter.GetBytes((long)number), $"MAGIC-{number}", EnrolledAt),
            Owner = number % 2 == 0 ? Owner.NobodySince(EnrolledAt) : new Owner(UserName.Parse(name), $"Person {number}", [GroupId.Parse($"team-{number % 50}")], EnrolledAt),
            Groups = [group],
            Epoch = number % 2,
            EnrolledAt = EnrolledAt,
            WasReady = number % 2 == 1,
            PlannedRevision = catalog.Revision,
        };
        var desired = catalog.Compiled.Desired(device.Subject);
        return device with
        {
            Signature = desired.Signature,
            Ledger = [.. desired.Items.Select(want => new LedgerEntry(want.Item.Id, want.Item.Delivery, Presence.Present, want.Item.Revision))],
        };
    }

    private static RecordWrite WriteOf(string id, Device device) => new(
        new RecordKey("device", id),
        JsonSerializer.SerializeToUtf8Bytes(new DeviceRecord { Device = device }, GrainsJson.Default.DeviceRecord),
        0,
        DeviceRow.Of(id, device, EnrolledAt));
}
