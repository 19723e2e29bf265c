using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;
using Orleans;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>
/// Gives a device that has enrolled what was said of it before, found by its serial number. The device is stored first and asks then; who
/// expects it stores that first and looks for the device then: one of both sees the other, whichever is first, and the device takes it once.
/// </summary>
public sealed class ExpectedDevices(IGrainFactory grains)
{
    private const int SerialLengthMax = 64;

    /// <summary>The key of a serial number; null = no device can have it.</summary>
    public static string? KeyOf(string? serialNumber) =>
        serialNumber?.Trim().ToUpperInvariant() is { Length: > 0 and <= SerialLengthMax } serial && serial.All(char.IsAsciiLetterOrDigit) ? serial : null;

    /// <summary>Durable when it returns. Groups and attributes that are no more are left out.</summary>
    public async Task TakeAsync(EnrollmentId device, string? serialNumber)
    {
        if (KeyOf(serialNumber) is not { } key)
            return;
        var expected = grains.GetGrain<IExpectedDevice>(key);
        if (await Patient.CallAsync(expected.Read) is not { } found)
            return;
        var catalog = await grains.GetGrain<ICatalog>(ICatalog.Key).Read();
        var groups = catalog.DeviceGroups.Where(group => group.Rule is null).Select(group => group.Id).ToHashSet();
        var facts = found.Facts with
        {
            Groups = found.Facts.Groups is { } said ? [.. said.Where(groups.Contains)] : null,
            Attributes = [.. found.Facts.Attributes.Where(value => catalog.Compiled.Attributes.Find(value.Id) is not null)],
        };
        if (await Patient.CallAsync(() => grains.GetGrain<IDevice>(device.Value).Give(facts, found.Id, catalog.Revision, found.By, mayCutOff: true)) != GiveResult.Unknown)
            await Patient.CallAsync(() => expected.Taken(found.Id, device));
    }
}
