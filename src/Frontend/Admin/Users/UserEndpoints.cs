using System.Text.Json;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Frontend.Invitations;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Users;

/// <summary>People. Nobody is listed first and can't be made, changed or deleted (MU-15).</summary>
internal static class UserEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("Users").Needs(Right.ReadFleet, Right.EditModel);
        users.MapGet("", ListAsync).WithSummary("People, searched by q, of one group");
        users.MapPost("", CreateAsync).Accepts<UserBody>("application/json").TakesIdempotencyKey().WithSummary("Add a person");
        users.MapGet("/{userName}", ShowAsync).WithSummary("One person and the devices they hold");
        users.MapPut("/{userName}", UpdateAsync).Accepts<UserBody>("application/json").WithSummary("Change a person");
        users.MapDelete("/{userName}", DeleteAsync).WithSummary("Delete a person; their devices become nobody's");
        ManagedAppleIdEndpoint.Map(users);
        InvitationEndpoint.Map(users);
    }

    private static async Task<Ok<Listed<RawJson>>> ListAsync(
        HttpContext http,
        IRecordStore store,
        IGrainFactory grains,
        int? limit,
        string? cursor,
        string? q,
        string? group,
        string? managedAppleId,
        CancellationToken cancellationToken)
    {
        if (managedAppleId is not null)
            return TypedResults.Ok(Lists.Show(await ManagedAppleIdEndpoint.HolderAsync(http, store, grains, managedAppleId)));
        var words = Lists.Words(q);
        var tag = string.IsNullOrEmpty(group) || group == Grains.Groups.IGroupGrain.Everyone ? null : $"group:{group}";
        var query = new IndexQuery("user", Tag: tag, Search: words.FirstOrDefault(), After: Lists.After(cursor), Limit: Lists.Limit(limit));
        var page = await Lists.PageAsync(
            store, query, row => row.Row.Status != "deleted" && words.All(word => row.Row.Search.Contains(word, StringComparison.Ordinal)), cancellationToken);
        var nobody = UserObject.Nobody(await grains.GetGrain<ICatalog>(ICatalog.Key).Read());
        var isSought = words.All(word => nobody.UserName.Contains(word, StringComparison.Ordinal)) && (tag is null || nobody.Groups.Contains(group));
        return TypedResults.Ok(Lists.Show(page, query.After is null && isSought ? [new RawJson(JsonSerializer.SerializeToUtf8Bytes(nobody, Body.Options))] : []));
    }

    private static async Task<Created<UserObject>> CreateAsync(HttpContext http, IGrainFactory grains, InvitationDesk desk)
    {
        var body = await Body.ReadAsync<UserBody>(http);
        if (!UserName.TryParse(body.UserName, out var name) || !Names.IsText(name.Value))
            throw RefusalException.Field("userName", "A user name is 1 to 128 characters without white space, / \\ ? or #.");
        if (name == UserName.Nobody)
            throw BuiltIn();
        var spec = body.Check(name, await grains.GetGrain<ICatalog>(ICatalog.Key).Read(), []) with { Provider = await PersonSource.CheckAsync(body, null, grains) };
        var user = grains.GetGrain<IUser>(name.Value);
        if (!await user.Create(spec, Access.Admin.Of(http).Name, body.Invite ? await desk.PrepareAsync(name, spec, body.InviteLanguage) : null))
            throw RefusalException.Taken(name.Value);
        var view = await user.View() ?? throw RefusalException.NotFound("person");
        return TypedResults.Created($"/api/v1/users/{Uri.EscapeDataString(name.Value)}", await PresentAsync(http, user, view));
    }

    private static async Task<Ok<UserObject>> ShowAsync(HttpContext http, IGrainFactory grains, string userName)
    {
        var name = Parse(userName);
        if (name == UserName.Nobody)
        {
            var nobody = UserObject.Nobody(await grains.GetGrain<ICatalog>(ICatalog.Key).Read());
            Etags.Show(http, nobody.Etag);
            return TypedResults.Ok(nobody);
        }

        var user = grains.GetGrain<IUser>(name.Value);
        return TypedResults.Ok(await PresentAsync(http, user, await user.View() ?? throw RefusalException.NotFound("person")));
    }

    private static async Task<Ok<UserObject>> UpdateAsync(HttpContext http, IGrainFactory grains, string userName)
    {
        var name = Parse(userName);
        var body = await Body.ReadAsync<UserBody>(http);
        if (name == UserName.Nobody)
            throw BuiltIn();
        if (body.UserName is { } other && (!UserName.TryParse(other, out var renamed) || renamed != name))
            throw RefusalException.Conflict("renamed", "A user name can't be changed.");
        if (body.Invite)
            throw RefusalException.Field("invite", "A new person is invited with invite, one who is there with POST …/invitation.");
        var user = grains.GetGrain<IUser>(name.Value);
        var current = await user.View() ?? throw RefusalException.NotFound("person");
        var spec = body.Check(name, await grains.GetGrain<ICatalog>(ICatalog.Key).Read(), current.Groups, current.ManagedAppleId)
            with { Provider = await PersonSource.CheckAsync(body, current.Provider, grains) };
        return TypedResults.Ok(await PresentAsync(http, user, Done(await user.Update(spec, Etags.Expected(http), Access.Admin.Of(http).Name))!));
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, IGrainFactory grains, string userName)
    {
        var name = Parse(userName);
        if (name == UserName.Nobody)
            throw BuiltIn();
        Done(await grains.GetGrain<IUser>(name.Value).Delete(Etags.Expected(http), Access.Admin.Of(http).Name));
        return TypedResults.NoContent();
    }

    /// <summary>The view after a change.</summary>
    public static UserView? Done(UserChange change) => change.Result switch
    {
        ChangeResult.Done => change.View,
        ChangeResult.NotFound => throw RefusalException.NotFound("person"),
        ChangeResult.Stale => throw RefusalException.Stale(),
        _ => throw new InvalidOperationException($"No answer to {change.Result}."),
    };

    public static UserName Parse(string userName) => UserName.TryParse(userName, out var name) ? name : throw RefusalException.NotFound("person");

    private static RefusalException BuiltIn() => RefusalException.Conflict(
        "built-in",
        "nobody is built in: it owns every device without a session and can't sign in, be made, changed or deleted. "
        + "Its groups are set at /user-groups/{id}/members/nobody.");

    private static async Task<UserObject> PresentAsync(HttpContext http, IUser user, UserView view)
    {
        Etags.Show(http, view.Etag);
        return UserObject.Of(view) with { Invitation = await user.Invitation() is { } invitation ? InvitationObject.Of(invitation) : null };
    }
}
