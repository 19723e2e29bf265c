using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Groups;

/// <summary>
/// Who is in a dynamic group, found by its rule over the facts in the index. A page may hold few rows although there are more, as a
/// request looks through a bounded number; its next goes on.
/// </summary>
internal sealed class DynamicMembers(IRecordStore store, IGrainFactory grains)
{
    /// <summary>Rows that one request looks through.</summary>
    private const int RowsMax = 20_000;

    public Task<CatalogSnapshot> CatalogAsync() => grains.GetGrain<ICatalog>(ICatalog.Key).Read();

    /// <summary>Rows of people in the group.</summary>
    public Task<IndexPage> UsersAsync(
        CatalogSnapshot catalog, GroupId group, Func<IndexRow, bool>? fits, string? after, int limit, CancellationToken cancellationToken)
    {
        return PageAsync("user", null, IsMember, fits, after, limit, cancellationToken);

        async ValueTask<bool> IsMember(ScanRow row) =>
            row.Status != "deleted" && await PersonAsync(row) is { } person && catalog.Compiled.IsInUserGroup(person, group);
    }

    /// <summary>Rows of enrolled devices in the group; tag: one that they all have.</summary>
    public Task<IndexPage> DevicesAsync(
        CatalogSnapshot catalog, GroupId group, string? tag, Func<IndexRow, bool>? fits, string? after, int limit, CancellationToken cancellationToken)
    {
        return PageAsync("device", tag, IsMember, fits, after, limit, cancellationToken);

        async ValueTask<bool> IsMember(ScanRow row) => await SubjectAsync(row) is { } subject && catalog.Compiled.IsInDeviceGroup(subject, group);
    }

    private async Task<IndexPage> PageAsync(
        string kind, string? tag, Func<ScanRow, ValueTask<bool>> isMember, Func<IndexRow, bool>? fits, string? after, int limit, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<IndexEntry>();
        for (var left = RowsMax; left > 0;)
        {
            var page = await store.ScanAsync(kind, after, Math.Min(left, RecordLimits.PageRowsMax), tag, cancellationToken: cancellationToken);
            var keys = new List<string>();
            foreach (var row in page.Rows)
            {
                if (await isMember(row))
                    keys.Add(row.Key);
            }

            var rows = keys.Count == 0 ? [] : await store.ReadIndexAsync(kind, keys, cancellationToken);
            foreach (var row in rows.Where(row => fits?.Invoke(row.Row) != false))
            {
                if (found.Count == limit)
                    return new IndexPage(found.ToImmutable(), found[^1].Key);
                found.Add(row);
            }

            (left, after) = (left - page.Rows.Length, page.Next);
            if (after is null)
                break;
        }

        return new IndexPage(found.ToImmutable(), after);
    }

    /// <summary>A row of a version that wrote no facts: the person is asked.</summary>
    public async ValueTask<Owner?> PersonAsync(ScanRow row) => row.Facts.IsEmpty
        ? (await grains.GetGrain<IUser>(row.Key).View())?.Facts
        : JsonSerializer.Deserialize(row.Facts.Span, GrainsJson.Default.Owner);

    /// <summary>Null = not enrolled: such a device is in no dynamic group.</summary>
    private async ValueTask<Subject?> SubjectAsync(ScanRow row) => FactsRow.Read(row) is { } facts
        ? facts.Subject
        : FactsRow.IsUntold(row) ? (await grains.GetGrain<IDevice>(row.Key).View()).Device.Subject : null;
}
