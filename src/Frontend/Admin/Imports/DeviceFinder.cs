using System.Collections.Immutable;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Storage;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>Finds the device that a row names.</summary>
internal sealed class DeviceFinder(IGrainFactory grains, IRecordStore store)
{
    private const int SerialRowsMax = 10;

    /// <summary>The device with an id, or else the one with a serial number; null = there is none.</summary>
    /// <exception cref="RefusalException">Both are given and are not one device's, or several have the serial number.</exception>
    public async Task<EnrollmentId?> FindAsync(string? id, string? serial)
    {
        if (await ByIdAsync(id) is not { } found)
            return await BySerialAsync(serial);
        return serial is null || ExpectedDevices.KeyOf(found.Serial) == ExpectedDevices.KeyOf(serial)
            ? found.Id
            : throw RefusalException.Field("serialNumber", "The device with this id has another serial number.");
    }

    private async Task<(EnrollmentId Id, string? Serial)?> ByIdAsync(string? id)
    {
        if (id is null)
            return null;
        if (!EnrollmentId.TryParse(id, out var device))
            throw RefusalException.Field("id", "This is no enrolment id.");
        var view = await grains.GetGrain<IDevice>(device.Value).View();
        return view.Exists ? (device, view.Device.Facts.SerialNumber) : null;
    }

    /// <summary>Of several enrolments of one device the one that is in force counts.</summary>
    private async Task<EnrollmentId?> BySerialAsync(string? serial)
    {
        if (DeviceRecord.SerialTag(serial) is not { } tag)
            return null;
        var rows = (await store.QueryAsync(new IndexQuery("device", Tag: tag, Limit: SerialRowsMax))).Rows;
        ImmutableArray<IndexEntry> live = [.. rows.Where(row => row.Row.Tags.Contains(DeviceRecord.StatusTag("enrolled")))];
        return (live.IsEmpty ? rows : live) switch
        {
            [] => null,
            [var one] => EnrollmentId.Parse(one.Key),
            var several => throw RefusalException.Field("serialNumber", $"Several devices have this serial number, name one by its id: {string.Join(", ", several.Select(row => row.Key))}."),
        };
    }
}
