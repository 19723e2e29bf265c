using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Frontend.Admin.Rules;
using Mdm.Fleet.Frontend.Admin.Users;
using Mdm.Fleet.Grains.Groups;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Groups;

/// <summary>User groups, static and dynamic (UG-02), and the built-in one that everyone is in, nobody included (MU-15).</summary>
internal static class UserGroupEndpoints
{
    private const string EveryoneName = "Everyone";

    private static readonly UserGroupObject Everyone = new(IGroupGrain.Everyone, EveryoneName, true, true, null, null, [], true, "built-in");

    public static void Map(RouteGroupBuilder api)
    {
        var groups = api.MapGroup("/user-groups").WithTags("User groups").Needs(Right.ReadFleet, Right.EditModel);
        groups.MapGet("", ListAsync).WithSummary("User groups");
        groups.MapPost("", CreateAsync).Accepts<GroupBody>("application/json").TakesIdempotencyKey().WithSummary("Add a user group");
        groups.MapGet("/{id}", ShowAsync).WithSummary("One user group");
        groups.MapPut("/{id}", UpdateAsync).Accepts<GroupBody>("application/json").WithSummary("Rename a user group, or give a dynamic one another rule");
        groups.MapDelete("/{id}", DeleteAsync).WithSummary("Delete a user group");
        groups.MapGet("/{id}/members", MembersAsync).WithSummary("Members of a user group");
        groups.MapPost("/rules/parse", ParseAsync)
            .Accepts<RuleBody>("application/json")
            .Needs(Right.ReadFleet)
            .WithSummary("A rule of people in both forms; nothing is stored");
        groups.MapPut("/{id}/members/{userName}", JoinAsync).WithSummary("Put a person, or nobody, into a user group");
        groups.MapDelete("/{id}/members/{userName}", LeaveAsync).WithSummary("Take a person, or nobody, out of a user group");
    }

    private static async Task<Ok<Listed<RawJson>>> ListAsync(
        UserGroupDesk desk, int? limit, string? cursor, string? q, CancellationToken cancellationToken)
    {
        var after = Lists.After(cursor);
        var showsEveryone = after is null && Lists.Words(q).All(word => EveryoneName.Contains(word, StringComparison.OrdinalIgnoreCase));
        var everyone = JsonSerializer.SerializeToUtf8Bytes(new { id = Everyone.Id, name = Everyone.Name, builtIn = true, dynamic = true });
        return TypedResults.Ok(Lists.Show(await desk.ListAsync(limit, after, q, cancellationToken), showsEveryone ? [new RawJson(everyone)] : []));
    }

    private static async Task<Created<UserGroupObject>> CreateAsync(HttpContext http, UserGroupDesk desk, UserGroupMembers members)
    {
        var body = await Body.ReadAsync<GroupBody>(http);
        if (body.Id == IGroupGrain.Everyone)
            throw BuiltIn();
        var view = await desk.CreateAsync(body, Access.Admin.Of(http).Name);
        return TypedResults.Created($"/api/v1/user-groups/{view.Id}", await PresentAsync(http, desk, members, view));
    }

    private static async Task<Ok<UserGroupObject>> ShowAsync(
        HttpContext http, UserGroupDesk desk, UserGroupMembers members, string id)
    {
        if (id == IGroupGrain.Everyone)
            return TypedResults.Ok(Everyone);
        return TypedResults.Ok(await PresentAsync(http, desk, members, await desk.ViewAsync(id)));
    }

    private static async Task<Ok<UserGroupObject>> UpdateAsync(
        HttpContext http, UserGroupDesk desk, UserGroupMembers members, string id)
    {
        var body = await Body.ReadAsync<GroupBody>(http);
        if (id == IGroupGrain.Everyone)
            throw BuiltIn();
        var view = await desk.UpdateAsync(http, id, body);
        return TypedResults.Ok(await PresentAsync(http, desk, members, view));
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, UserGroupDesk desk, string id)
    {
        if (id == IGroupGrain.Everyone)
            throw BuiltIn();
        await desk.DeleteAsync(http, id);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Listed<string>>> MembersAsync(
        UserGroupDesk desk, UserGroupMembers members, string id, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        var group = id == IGroupGrain.Everyone ? null : await desk.ViewAsync(id);
        var (names, next) = await members.PageAsync(group, Lists.After(cursor), Lists.Limit(limit), cancellationToken);
        return TypedResults.Ok(new Listed<string>(names, Lists.Cursor(next)));
    }

    private static async Task<Ok<ParsedRule>> ParseAsync(HttpContext http, UserGroupDesk desk) =>
        TypedResults.Ok(RuleForms.Look(await Body.ReadAsync<RuleBody>(http), await desk.CatalogAsync(), ofDevices: false));

    private static Task<NoContent> JoinAsync(HttpContext http, UserGroupDesk desk, IGrainFactory grains, string id, string userName) =>
        SetAsync(http, desk, grains, id, userName, member: true);

    private static Task<NoContent> LeaveAsync(HttpContext http, UserGroupDesk desk, IGrainFactory grains, string id, string userName) =>
        SetAsync(http, desk, grains, id, userName, member: false);

    private static async Task<NoContent> SetAsync(
        HttpContext http, UserGroupDesk desk, IGrainFactory grains, string id, string userName, bool member)
    {
        if (id == IGroupGrain.Everyone)
            throw BuiltIn();
        var group = await desk.StaticAsync(id);
        var name = UserEndpoints.Parse(userName);
        if (name == UserName.Nobody)
            await desk.SetNobodyAsync(http, group, member);
        else
            await SetAsync(grains.GetGrain<IUser>(name.Value), await desk.CatalogAsync(), group, member, Access.Admin.Of(http).Name);
        return TypedResults.NoContent();
    }

    private static async Task SetAsync(IUser user, CatalogSnapshot catalog, GroupId group, bool member, string by)
    {
        if (member && await user.View() is { } view && catalog.Live(view.Groups.Remove(group), ofDevices: false).Length >= UserBody.GroupsMax)
            throw RefusalException.Conflict("too-many-groups", $"A person is in at most {UserBody.GroupsMax} groups.");
        UserEndpoints.Done(await user.SetGroup(group, member, by));
    }

    private static RefusalException BuiltIn() => RefusalException.Conflict("built-in", "Everyone is in this group, nobody included; it can't be edited.");

    private static async Task<UserGroupObject> PresentAsync(HttpContext http, UserGroupDesk desk, UserGroupMembers members, GroupView view)
    {
        Etags.Show(http, view.Etag);
        var catalog = await desk.CatalogAsync();
        var (names, next) = await members.PageAsync(view, null, RecordLimits.PageRowsMax, http.RequestAborted);
        return new UserGroupObject(
            view.Id.Value,
            view.Name,
            false,
            view.Rule is not null,
            RuleForms.Json(view.Rule, catalog),
            RuleForms.Text(view.Rule, catalog),
            names,
            next is not null,
            view.Etag,
            view.DeviceManagement);
    }
}
