using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Groups;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Groups;

/// <summary>What both kinds of group have in common. Kind is that of their records.</summary>
internal abstract class GroupDesk(IRecordStore store, string kind)
{
    protected abstract IGroupGrain Grain(GroupId id);

    public async Task<GroupView> ViewAsync(string id) =>
        GroupId.TryParse(id, out var group) && await Grain(group).View() is { } view ? view : throw RefusalException.NotFound("group");

    public async Task<GroupView> CreateAsync(GroupBody body, string by)
    {
        var name = Names.Check(body.Name);
        if (body.Id is not null && !GroupId.TryParse(body.Id, out _))
            throw RefusalException.Field("id", "An id is 1 to 64 lower-case letters, digits or hyphens.");
        foreach (var candidate in body.Id is null ? Slugs.For(name) : [body.Id])
        {
            if (candidate != IGroupGrain.Everyone && await Grain(GroupId.Parse(candidate)).Create(SpecOf(name, body), by) is { Result: not ChangeResult.Taken } change)
                return Done(change)!;
        }

        throw RefusalException.Taken(body.Id ?? name);
    }

    public async Task<GroupView> RenameAsync(string id, GroupBody body, string? etag, string by)
    {
        var name = Names.Check(body.Name);
        return Done(await Grain((await ViewAsync(id)).Id).Update(SpecOf(name, body), etag, by))!;
    }

    public async Task DeleteAsync(string id, string? etag, string by) => Done(await Grain((await ViewAsync(id)).Id).Delete(etag, by));

    public async Task<IndexPage> ListAsync(int? limit, string? after, string? q, CancellationToken cancellationToken)
    {
        var words = Lists.Words(q);
        var query = new IndexQuery(kind, Status: "live", Search: words.FirstOrDefault(), After: after, Limit: Lists.Limit(limit));
        return await Lists.PageAsync(store, query, Lists.Holding(words), cancellationToken);
    }

    private GroupSpec SpecOf(string name, GroupBody body) => body.DeviceManagement && kind != "userGroup"
        ? throw RefusalException.Field("deviceManagement", "Only a user group gives its people the device-management role.")
        : new GroupSpec(name, DeviceManagement: body.DeviceManagement);

    private static GroupView? Done(GroupChange change) => change.Result switch
    {
        ChangeResult.Done => change.View,
        ChangeResult.NotFound => throw RefusalException.NotFound("group"),
        ChangeResult.Stale => throw RefusalException.Stale(),
        ChangeResult.Refused => throw Refusal.Of(change.Refused!),
        _ => throw new InvalidOperationException($"No answer to {change.Result}."),
    };
}

internal sealed class UserGroupDesk(IGrainFactory grains, IRecordStore store) : GroupDesk(store, "userGroup")
{
    protected override IGroupGrain Grain(GroupId id) => grains.GetGrain<IUserGroup>(id.Value);
}

internal sealed class DeviceGroupDesk(IGrainFactory grains, IRecordStore store) : GroupDesk(store, "deviceGroup")
{
    protected override IGroupGrain Grain(GroupId id) => grains.GetGrain<IDeviceGroup>(id.Value);
}
