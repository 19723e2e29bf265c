using System.Collections.Immutable;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Groups;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Frontend.Admin.Devices;

/// <summary>
/// The filters of the device list. The index takes one tag, one status and one word; the rarest tag leads and the rest is looked up in
/// the rows that it finds. Who is in a dynamic group is found by its rule.
/// </summary>
internal sealed record DeviceFilter(string? Status, string? Owner, string? HandOver, string? Group, bool People, string? Q)
{
    private static readonly string[] Statuses = ["pending", "enrolled", "checkedOut", "retiring", "retired"];
    private static readonly string[] HandOvers = ["none", "cleaning", "clean", "residue"];

    /// <summary>A page of rows that fit.</summary>
    /// <exception cref="RefusalException">A filter that fits nothing by its form.</exception>
    public async Task<IndexPage> PageAsync(IRecordStore store, DynamicMembers dynamic, string? after, int limit, CancellationToken cancellationToken)
    {
        var tags = Tags();
        var words = Lists.Words(Q);
        if (GroupId.TryParse(Group, out var group) && await dynamic.CatalogAsync() is var catalog && catalog.DeviceGroups.Any(known => known.Id == group && known.Rule is not null))
        {
            tags = tags.Remove(DeviceRecord.DeviceGroupTag(group));
            return await dynamic.DevicesAsync(catalog, group, tags.FirstOrDefault(), row => Fits(row, tags, words), after, limit, cancellationToken);
        }

        var status = ExactStatus();
        var query = new IndexQuery("device", status, tags.FirstOrDefault(), words.FirstOrDefault(), after, limit);
        var isIndexed = words.Length < 2 && (tags.Length < 2 || status is not null) && (!People || status is not null);
        return await Lists.PageAsync(store, query, isIndexed ? null : row => Fits(row.Row, tags, words), cancellationToken);
    }

    private bool Fits(IndexRow row, ImmutableArray<string> tags, ImmutableArray<string> words) =>
        tags.All(tag => row.Tags.Contains(tag))
        && words.All(word => row.Search.Contains(word, StringComparison.Ordinal))
        && (!People || row.Status.Contains(".person.", StringComparison.Ordinal));

    /// <summary>The rarest first.</summary>
    private ImmutableArray<string> Tags()
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        if (!string.IsNullOrEmpty(Owner))
            tags.Add(UserName.TryParse(Owner, out var user) ? DeviceRecord.OwnerTag(user) : throw RefusalException.Field("owner", "This is no user name."));
        if (!string.IsNullOrEmpty(Group))
            tags.Add(GroupId.TryParse(Group, out var group) ? DeviceRecord.DeviceGroupTag(group) : throw RefusalException.Field("group", "This is no group id."));
        if (!string.IsNullOrEmpty(HandOver))
            tags.Add(HandOvers.Contains(HandOver) ? DeviceRecord.HandOverTag(HandOver) : throw Unknown("handOver", HandOvers));
        if (!string.IsNullOrEmpty(Status))
            tags.Add(Statuses.Contains(Status) ? DeviceRecord.StatusTag(Status) : throw Unknown("status", Statuses));
        return tags.ToImmutable();
    }

    private static RefusalException Unknown(string field, string[] values) =>
        RefusalException.Field(field, $"{field} is one of {string.Join(", ", values)}.");

    /// <summary>The three words of the index status, when the filter gives all of them and no owner or group needs the tag's place.</summary>
    private string? ExactStatus() =>
        People && string.IsNullOrEmpty(Owner) && string.IsNullOrEmpty(Group) && !string.IsNullOrEmpty(Status) && !string.IsNullOrEmpty(HandOver)
            ? $"{Status}.person.{HandOver}"
            : null;
}
