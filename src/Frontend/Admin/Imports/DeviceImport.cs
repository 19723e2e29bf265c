using System.Collections.Immutable;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Previews;
using Mdm.Fleet.Frontend.Admin.Attributes;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Previews;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Grains.Devices;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Imports;

/// <summary>What all imports of devices share.</summary>
internal sealed record DeviceImports(IGrainFactory Grains, DeviceFinder Finder, ExpectedDevices Expected, RowFailures Failures);

/// <summary>
/// An import of devices: what a row says is set at once on a device that is known, and kept for one whose serial number has not come yet.
/// What a row leaves empty stays.
/// </summary>
internal sealed class DeviceImport(DeviceImports all, ImportColumns columns, bool isDryRun, bool mayCutOff, string by)
{
    private readonly SeenKeys _seen = new();

    /// <summary>The columns of devices, but for their attributes.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["id", "serialNumber", "groups", "ownership"];

    /// <summary>The columns that a file names.</summary>
    /// <exception cref="RefusalException">Some are unknown, or none names the device.</exception>
    public static ImportColumns ColumnsOf(CsvRow? header, CatalogSnapshot catalog) =>
        ImportColumns.Of(header, Columns, ["serialNumber", "id"], AttributeScope.Device, catalog.Compiled.Attributes);

    /// <summary>Works on a row. Rows are begun in their order; what comes first of a device is what counts.</summary>
    public Task<RowReport> WorkAsync(CsvRow row, CatalogSnapshot catalog)
    {
        if (RowForm.Fault(row, columns) is { } fault)
            return Task.FromResult(fault);
        var (id, serial) = (columns.Of(row, "id")?.Trim(), columns.Of(row, "serialNumber")?.Trim());
        ImmutableArray<(string Name, string Value)> names = [.. new[] { ("id", id), ("serialNumber", serial) }.Where(name => !string.IsNullOrEmpty(name.Item2)).Select(name => (name.Item1, name.Item2!))];
        if (names.IsEmpty)
            return Failed("id", "A row names its device by id or serialNumber.");
        if (serial is not null && ExpectedDevices.KeyOf(serial) is null)
            return Failed("serialNumber", "A serial number is 1 to 64 letters and digits.");
        foreach (var (name, value) in names)
        {
            if (_seen.Earlier($"{name} {value.ToUpperInvariant()}", row.Number) is { } earlier)
                return Failed(name, $"Row {earlier} names the same device.");
        }

        return all.Failures.OfAsync(row.Number, names, () => SetAsync(row, id, serial, names, catalog));

        Task<RowReport> Failed(string field, string message) => Task.FromResult(RowReport.Failed(row.Number, names, field, message));
    }

    private async Task<RowReport?> SetAsync(CsvRow row, string? id, string? serial, ImmutableArray<(string, string)> names, CatalogSnapshot catalog)
    {
        if (await all.Finder.FindAsync(id, serial) is { } device)
            return await GiveAsync(device, row, catalog) is { } result ? new RowReport(row.Number, result, names) : null;
        if (serial is null)
            throw RefusalException.Field("id", "There is no such device.");
        var expected = await ExpectAsync(ExpectedDevices.KeyOf(serial)!, serial, Facts(row, catalog, []));
        return new RowReport(row.Number, expected, names) { IsExpected = true };
    }

    /// <summary>Null = the device is not there any more.</summary>
    private async Task<RowResult?> GiveAsync(EnrollmentId id, CsvRow row, CatalogSnapshot catalog)
    {
        var device = all.Grains.GetGrain<IDevice>(id.Value);
        var now = (await device.View()).Device;
        var facts = Facts(row, catalog, now.Attributes);
        return await GiveAsync(device, now, facts, catalog) switch
        {
            GiveResult.Updated => RowResult.Updated,
            GiveResult.Unchanged => RowResult.Unchanged,
            GiveResult.CutOff => throw NetworkLoss.Refusal(1),
            _ => null,
        };
    }

    private async Task<GiveResult> GiveAsync(IDevice device, Device now, GivenFacts facts, CatalogSnapshot catalog)
    {
        var next = facts.On(now);
        return ReferenceEquals(next, now) ? GiveResult.Unchanged
            : !isDryRun ? await device.Give(facts, null, catalog.Revision, by, mayCutOff)
            : !mayCutOff && FleetPreview.IsCutOff(catalog, now, next) ? GiveResult.CutOff
            : GiveResult.Updated;
    }

    /// <summary>The device may be enrolling at this moment: then it takes its facts here.</summary>
    private async Task<RowResult> ExpectAsync(string key, string serial, GivenFacts facts)
    {
        var expected = all.Grains.GetGrain<IExpectedDevice>(key);
        if (isDryRun)
            return await expected.Read() is not { } now ? RowResult.Created : facts.After(now.Facts).SaysTheSameAs(now.Facts) ? RowResult.Unchanged : RowResult.Updated;
        var result = await expected.Expect(facts, by);
        if (await all.Finder.FindAsync(null, serial) is { } come)
            await all.Expected.TakeAsync(come, serial);
        return result switch
        {
            ExpectResult.Created => RowResult.Created,
            ExpectResult.Updated => RowResult.Updated,
            _ => RowResult.Unchanged,
        };
    }

    /// <exception cref="RefusalException">Some values are wrong; those of the first field that has any are named.</exception>
    private GivenFacts Facts(CsvRow row, CatalogSnapshot catalog, ImmutableArray<AttributeValue> now)
    {
        Ownership? ownership = columns.Of(row, "ownership")?.Trim().ToLowerInvariant() switch
        {
            null or "" => null,
            "company" => Ownership.Company,
            "user" => Ownership.User,
            _ => throw RefusalException.Field("ownership", "ownership is company or user."),
        };
        ImmutableArray<GroupId>? groups = ImportColumns.Ids(columns.Of(row, "groups")) is { } ids ? DistributionBody.Static(ids, "groups", catalog.DeviceGroups) : null;
        if (groups?.Length > Device.GroupsMax)
            throw RefusalException.Field("groups", $"A device is in at most {Device.GroupsMax} device groups.");
        var attributes = columns.Attributes(row, catalog.Compiled.Attributes);
        return new GivenFacts(ownership, groups) { Attributes = AttributeTexts.Check(attributes, catalog.Compiled.Attributes, AttributeScope.Device, now) };
    }
}
