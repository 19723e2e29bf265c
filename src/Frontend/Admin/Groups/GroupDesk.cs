using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Previews;
using Mdm.Fleet.Frontend.Admin.Rules;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Groups;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Groups;

/// <summary>What both kinds of group have in common. Kind is that of their records.</summary>
internal abstract class GroupDesk(IGrainFactory grains, IRecordStore store, PreviewDesk previews, string kind, RuleScope scope)
{
    public Task<CatalogSnapshot> CatalogAsync() => grains.GetGrain<ICatalog>(ICatalog.Key).Read();

    protected abstract IGroupGrain Grain(GroupId id);

    public async Task<GroupView> ViewAsync(string id) =>
        GroupId.TryParse(id, out var group) && await Grain(group).View() is { } view ? view : throw RefusalException.NotFound("group");

    /// <summary>A group whose members are put in by hand.</summary>
    /// <exception cref="RefusalException">There is none, or its rule says who is in it.</exception>
    public async Task<GroupId> StaticAsync(string id) => await ViewAsync(id) is { Rule: null } view
        ? view.Id
        : throw RefusalException.Conflict("dynamic", "The group's rule says who is in it: change the rule, or what it asks for.");

    /// <summary>Null = there is none.</summary>
    public Task<GroupView?> FindAsync(GroupId id) => Grain(id).View();

    public async Task<GroupView> CreateAsync(GroupBody body, string by)
    {
        var name = Names.Check(body.Name);
        if (body.Id is not null && !GroupId.TryParse(body.Id, out _))
            throw RefusalException.Field("id", "An id is 1 to 64 lower-case letters, digits or hyphens.");
        return await CreateAsync(
            SpecOf(name, RuleForms.IsGiven(body.Rule) ? RuleForms.Read(body.Rule, await CatalogAsync(), scope, "rule") : null, body), body.Id, by);
    }

    /// <summary>Creates under the id given, or under the first free one that the name makes.</summary>
    public async Task<GroupView> CreateAsync(GroupSpec spec, string? id, string by)
    {
        foreach (var candidate in id is null ? Slugs.For(spec.Name) : [id])
        {
            if (candidate != IGroupGrain.Everyone && await Grain(GroupId.Parse(candidate)).Create(spec, by) is { Result: not ChangeResult.Taken } change)
                return Done(change)!;
        }

        throw RefusalException.Taken(id ?? spec.Name);
    }

    public Task<GroupView> UpdateAsync(HttpContext http, string id, GroupBody body) => Etags.AgainAsync(http, () => TryUpdateAsync(http, id, body));

    private async Task<GroupView> TryUpdateAsync(HttpContext http, string id, GroupBody body)
    {
        var name = Names.Check(body.Name);
        var view = await ViewAsync(id);
        var rule = body.Rule.ValueKind switch
        {
            JsonValueKind.Undefined => view.Rule,
            JsonValueKind.Null => null,
            _ => RuleForms.Read(body.Rule, await CatalogAsync(), scope, "rule"),
        };
        await previews.GuardAsync(http, catalog => Task.FromResult(catalog.With(RefOf(view.Id), new Group(view.Id, name, rule))));
        return Done(await Grain(view.Id).Update(SpecOf(name, rule, body), Etags.Expected(http) ?? view.Etag, Access.Admin.Of(http).Name))!;
    }

    public async Task DeleteAsync(HttpContext http, string id)
    {
        var group = (await ViewAsync(id)).Id;
        await previews.GuardAsync(http, catalog => Task.FromResult(catalog.Without(RefOf(group))));
        Done(await Grain(group).Delete(Etags.Expected(http), Access.Admin.Of(http).Name));
    }

    public async Task<IndexPage> ListAsync(int? limit, string? after, string? q, CancellationToken cancellationToken)
    {
        var words = Lists.Words(q);
        var query = new IndexQuery(kind, Status: "live", Search: words.FirstOrDefault(), After: after, Limit: Lists.Limit(limit));
        return await Lists.PageAsync(store, query, Lists.Holding(words), cancellationToken);
    }

    private GroupRef RefOf(GroupId id) => new(scope == RuleScope.Device, id);

    private GroupSpec SpecOf(string name, Rule? rule, GroupBody body) => body.DeviceManagement && kind != "userGroup"
        ? throw RefusalException.Field("deviceManagement", "Only a user group gives its people the device-management role.")
        : new GroupSpec(name, rule, body.DeviceManagement);

    private static GroupView? Done(GroupChange change) => change.Result switch
    {
        ChangeResult.Done => change.View,
        ChangeResult.NotFound => throw RefusalException.NotFound("group"),
        ChangeResult.Stale => throw RefusalException.Stale(),
        ChangeResult.Refused => throw Refusal.Of(change.Refused!),
        _ => throw new InvalidOperationException($"No answer to {change.Result}."),
    };
}

internal sealed class UserGroupDesk(IGrainFactory grains, IRecordStore store, PreviewDesk previews) : GroupDesk(grains, store, previews, "userGroup", RuleScope.UserGroup)
{
    private readonly IGrainFactory _grains = grains;
    private readonly PreviewDesk _previews = previews;

    protected override IGroupGrain Grain(GroupId id) => _grains.GetGrain<IUserGroup>(id.Value);

    /// <summary>Puts nobody into a group, or takes it out: what carries the devices that nobody holds must not go.</summary>
    public async Task SetNobodyAsync(HttpContext http, GroupId group, bool member)
    {
        await _previews.GuardAsync(http, catalog => Task.FromResult(catalog with
        {
            Revision = catalog.Revision + 1,
            NobodyGroups = member ? catalog.NobodyGroups.Remove(group).Add(group) : catalog.NobodyGroups.Remove(group),
        }));
        await _grains.GetGrain<ICatalog>(ICatalog.Key).SetNobodyGroup(group, member, Access.Admin.Of(http).Name);
    }
}

internal sealed class DeviceGroupDesk(IGrainFactory grains, IRecordStore store, PreviewDesk previews) : GroupDesk(grains, store, previews, "deviceGroup", RuleScope.Device)
{
    private readonly IGrainFactory _grains = grains;

    protected override IGroupGrain Grain(GroupId id) => _grains.GetGrain<IDeviceGroup>(id.Value);
}
