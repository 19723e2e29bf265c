using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Frontend.Admin.Users;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Groups;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Groups;

/// <summary>Static user groups, and the built-in one that everyone is in, nobody included (MU-15).</summary>
internal static class UserGroupEndpoints
{
    private const string EveryoneName = "Everyone";

    private static readonly UserGroupObject Everyone = new(IGroupGrain.Everyone, EveryoneName, true, [], true, "built-in");

    public static void Map(RouteGroupBuilder api)
    {
        var groups = api.MapGroup("/user-groups").WithTags("User groups").Needs(Right.ReadFleet, Right.EditModel);
        groups.MapGet("", ListAsync).WithSummary("User groups");
        groups.MapPost("", CreateAsync).Accepts<GroupBody>("application/json").TakesIdempotencyKey().WithSummary("Add a user group");
        groups.MapGet("/{id}", ShowAsync).WithSummary("One user group");
        groups.MapPut("/{id}", RenameAsync).Accepts<GroupBody>("application/json").WithSummary("Rename a user group");
        groups.MapDelete("/{id}", DeleteAsync).WithSummary("Delete a user group");
        groups.MapGet("/{id}/members", MembersAsync).WithSummary("Members of a user group");
        groups.MapPut("/{id}/members/{userName}", JoinAsync).WithSummary("Put a person, or nobody, into a user group");
        groups.MapDelete("/{id}/members/{userName}", LeaveAsync).WithSummary("Take a person, or nobody, out of a user group");
    }

    private static async Task<Ok<Listed<RawJson>>> ListAsync(
        UserGroupDesk desk, int? limit, string? cursor, string? q, CancellationToken cancellationToken)
    {
        var after = Lists.After(cursor);
        var showsEveryone = after is null && Lists.Words(q).All(word => EveryoneName.Contains(word, StringComparison.OrdinalIgnoreCase));
        var everyone = JsonSerializer.SerializeToUtf8Bytes(new { id = Everyone.Id, name = Everyone.Name, builtIn = true });
        return TypedResults.Ok(Lists.Show(await desk.ListAsync(limit, after, q, cancellationToken), showsEveryone ? [new RawJson(everyone)] : []));
    }

    private static async Task<Created<UserGroupObject>> CreateAsync(HttpContext http, UserGroupDesk desk)
    {
        var body = await Body.ReadAsync<GroupBody>(http);
        if (body.Id == IGroupGrain.Everyone)
            throw BuiltIn();
        var view = await desk.CreateAsync(body, Access.Admin.Of(http).Name);
        return TypedResults.Created($"/api/v1/user-groups/{view.Id}", Present(http, view, [], false));
    }

    private static async Task<Ok<UserGroupObject>> ShowAsync(
        HttpContext http, UserGroupDesk desk, IRecordStore store, IGrainFactory grains, string id)
    {
        if (id == IGroupGrain.Everyone)
            return TypedResults.Ok(Everyone);
        var view = await desk.ViewAsync(id);
        var (names, next) = await MembersOfAsync(store, grains, view.Id, null, RecordLimits.PageRowsMax, http.RequestAborted);
        return TypedResults.Ok(Present(http, view, names, next is not null));
    }

    private static async Task<Ok<UserGroupObject>> RenameAsync(
        HttpContext http, UserGroupDesk desk, IRecordStore store, IGrainFactory grains, string id)
    {
        var body = await Body.ReadAsync<GroupBody>(http);
        if (id == IGroupGrain.Everyone)
            throw BuiltIn();
        var view = await desk.RenameAsync(id, body, Etags.Expected(http), Access.Admin.Of(http).Name);
        var (names, next) = await MembersOfAsync(store, grains, view.Id, null, RecordLimits.PageRowsMax, http.RequestAborted);
        return TypedResults.Ok(Present(http, view, names, next is not null));
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, UserGroupDesk desk, string id)
    {
        if (id == IGroupGrain.Everyone)
            throw BuiltIn();
        await desk.DeleteAsync(id, Etags.Expected(http), Access.Admin.Of(http).Name);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Listed<string>>> MembersAsync(
        UserGroupDesk desk, IRecordStore store, IGrainFactory grains, string id, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        var group = id == IGroupGrain.Everyone ? (GroupId?)null : (await desk.ViewAsync(id)).Id;
        var (names, next) = await MembersOfAsync(store, grains, group, Lists.After(cursor), Lists.Limit(limit), cancellationToken);
        return TypedResults.Ok(new Listed<string>(names, Lists.Cursor(next)));
    }

    private static Task<NoContent> JoinAsync(HttpContext http, UserGroupDesk desk, IGrainFactory grains, string id, string userName) =>
        SetAsync(http, desk, grains, id, userName, member: true);

    private static Task<NoContent> LeaveAsync(HttpContext http, UserGroupDesk desk, IGrainFactory grains, string id, string userName) =>
        SetAsync(http, desk, grains, id, userName, member: false);

    private static async Task<NoContent> SetAsync(
        HttpContext http, UserGroupDesk desk, IGrainFactory grains, string id, string userName, bool member)
    {
        if (id == IGroupGrain.Everyone)
            throw BuiltIn();
        var group = (await desk.ViewAsync(id)).Id;
        var name = UserEndpoints.Parse(userName);
        if (name == UserName.Nobody)
            await grains.GetGrain<ICatalog>(ICatalog.Key).SetNobodyGroup(group, member, Access.Admin.Of(http).Name);
        else
            await SetAsync(grains.GetGrain<IUser>(name.Value), group, member, Access.Admin.Of(http).Name);
        return TypedResults.NoContent();
    }

    private static async Task SetAsync(IUser user, GroupId group, bool member, string by)
    {
        if (member && await user.View() is { Groups: { Length: >= UserBody.GroupsMax } groups } && !groups.Contains(group))
            throw RefusalException.Conflict("too-many-groups", $"A person is in at most {UserBody.GroupsMax} groups.");
        UserEndpoints.Done(await user.SetGroup(group, member, by));
    }

    /// <summary>Names in order, nobody first; group null = everyone.</summary>
    private static async Task<(IReadOnlyList<string> Names, string? Next)> MembersOfAsync(
        IRecordStore store, IGrainFactory grains, GroupId? group, string? after, int limit, CancellationToken cancellationToken)
    {
        var hasNobody = group is not { } id || (await grains.GetGrain<ICatalog>(ICatalog.Key).Read()).NobodyGroups.Contains(id);
        var query = new IndexQuery("user", Tag: group is { } tagged ? $"group:{tagged}" : null, After: after, Limit: limit);
        var page = await Lists.PageAsync(store, query, row => row.Row.Status != "deleted", cancellationToken);
        var people = page.Rows.Select(row => row.Key);
        return (after is null && hasNobody ? [UserName.Nobody.Value, .. people] : [.. people], page.Next);
    }

    private static RefusalException BuiltIn() => RefusalException.Conflict("built-in", "Everyone is in this group, nobody included; it can't be edited.");

    private static UserGroupObject Present(HttpContext http, GroupView view, IReadOnlyList<string> members, bool moreMembers)
    {
        Etags.Show(http, view.Etag);
        return new UserGroupObject(view.Id.Value, view.Name, false, members, moreMembers, view.Etag, view.DeviceManagement);
    }
}
