using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Groups;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Frontend.Admin.Groups;

/// <summary>Who is in a user group: by hand, by its rule, or as everyone is.</summary>
internal sealed class UserGroupMembers(IRecordStore store, DynamicMembers dynamic)
{
    /// <summary>Names in order, nobody first; group null = everyone.</summary>
    public async Task<(IReadOnlyList<string> Names, string? Next)> PageAsync(GroupView? group, string? after, int limit, CancellationToken cancellationToken)
    {
        var catalog = await dynamic.CatalogAsync();
        var id = group?.Id ?? GroupId.Everyone;
        var page = group?.Rule is null
            ? await StaticAsync(group is null ? null : $"group:{id}", after, limit, cancellationToken)
            : await dynamic.UsersAsync(catalog, id, null, after, limit, cancellationToken);
        var people = page.Rows.Select(row => row.Key);
        var withNobody = after is null && catalog.Compiled.IsInUserGroup(catalog.Compiled.Nobody, id);
        return (withNobody ? [UserName.Nobody.Value, .. people] : [.. people], page.Next);
    }

    private Task<IndexPage> StaticAsync(string? tag, string? after, int limit, CancellationToken cancellationToken) =>
        Lists.PageAsync(store, new IndexQuery("user", Tag: tag, After: after, Limit: limit), row => row.Row.Status != "deleted", cancellationToken);
}
