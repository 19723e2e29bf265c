using System.Text.Json;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Groups;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Frontend.Admin.UserSettings;
using Mdm.Fleet.Frontend.Invitations;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
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
        UserAttributeEndpoints.Map(users);
        PinEndpoint.Map(users);
        IdentityEndpoint.Map(users);
    }

    private static async Task<Ok<Listed<RawJson>>> ListAsync(
        HttpContext http,
        IRecordStore store,
        IGrainFactory grains,
        DynamicMembers dynamic,
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
        var catalog = await dynamic.CatalogAsync();
        var (after, rows) = (Lists.After(cursor), Lists.Limit(limit));
        var id = string.IsNullOrEmpty(group) || group == Grains.Groups.IGroupGrain.Everyone ? (GroupId?)null
            : GroupId.TryParse(group, out var parsed) ? parsed : throw RefusalException.Field("group", "This is no group id.");
        bool Fits(IndexRow row) => row.Status != "deleted" && words.All(word => row.Search.Contains(word, StringComparison.Ordinal));
        var page = id is { } ruled && catalog.UserGroups.Any(known => known.Id == ruled && known.Rule is not null)
            ? await dynamic.UsersAsync(catalog, ruled, Fits, after, rows, cancellationToken)
            : await Lists.PageAsync(
                store,
                new IndexQuery("user", Tag: id is null ? null : $"group:{id}", Search: words.FirstOrDefault(), After: after, Limit: rows),
                row => Fits(row.Row),
                cancellationToken);
        var nobody = UserObject.Nobody(catalog);
        var isSought = words.All(word => nobody.UserName.Contains(word, StringComparison.Ordinal)) && (id is null || nobody.EffectiveGroups.Contains(group));
        return TypedResults.Ok(Lists.Show(page, after is null && isSought ? [new RawJson(JsonSerializer.SerializeToUtf8Bytes(nobody, Body.Options))] : []));
    }

    private static async Task<Created<UserObject>> CreateAsync(HttpContext http, IGrainFactory grains, InvitationDesk desk)
    {
        var body = await Body.ReadAsync<UserBody>(http);
        if (!UserName.TryParse(body.UserName, out var name) || !Names.IsText(name.Value))
            throw RefusalException.Field("userName", "A user name is 1 to 128 characters without white space, / \\ ? or #.");
        if (name == UserName.Nobody)
            throw BuiltIn();
        var catalog = await grains.GetGrain<ICatalog>(ICatalog.Key).Read();
        var spec = body.Check(name, catalog) with { Provider = await PersonSource.CheckAsync(body, null, grains) };
        var user = grains.GetGrain<IUser>(name.Value);
        if (!await user.Create(spec, Access.Admin.Of(http).Name, body.Invite ? await desk.PrepareAsync(name, spec, body.InviteLanguage) : null))
            throw RefusalException.Taken(name.Value);
        var view = await user.View() ?? throw RefusalException.NotFound("person");
        return TypedResults.Created($"/api/v1/users/{Uri.EscapeDataString(name.Value)}", await PresentAsync(http, user, view, catalog));
    }

    private static async Task<Ok<UserObject>> ShowAsync(HttpContext http, IGrainFactory grains, string userName)
    {
        var name = Parse(userName);
        var catalog = await grains.GetGrain<ICatalog>(ICatalog.Key).Read();
        var user = grains.GetGrain<IUser>(name.Value);
        return TypedResults.Ok(name == UserName.Nobody
            ? PresentNobody(http, catalog)
            : await PresentAsync(http, user, await user.View() ?? throw RefusalException.NotFound("person"), catalog));
    }

    private static async Task<Ok<UserObject>> UpdateAsync(HttpContext http, IGrainFactory grains, string userName)
    {
        var name = Parse(userName);
        if (name == UserName.Nobody)
            return TypedResults.Ok(await UserAttributeEndpoints.UpdateNobodyAsync(http, grains));
        var body = await Body.ReadAsync<UserBody>(http);
        if (body.UserName is { } other && (!UserName.TryParse(other, out var renamed) || renamed != name))
            throw RefusalException.Conflict("renamed", "A user name can't be changed.");
        if (body.Invite)
            throw RefusalException.Field("invite", "A new person is invited with invite, one who is there with POST …/invitation.");
        var user = grains.GetGrain<IUser>(name.Value);
        var catalog = await grains.GetGrain<ICatalog>(ICatalog.Key).Read();
        return TypedResults.Ok(await PresentAsync(http, user, await Etags.AgainAsync(http, UpdateAsync), catalog));

        async Task<UserView> UpdateAsync()
        {
            var current = await user.View() ?? throw RefusalException.NotFound("person");
            var spec = body.Check(name, catalog, current) with { Provider = await PersonSource.CheckAsync(body, current.Provider, grains) };
            return Done(await user.Update(spec, Etags.Expected(http) ?? current.Etag, Access.Admin.Of(http).Name))!;
        }
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

    public static RefusalException BuiltIn() => RefusalException.Conflict(
        "built-in",
        "nobody is built in: it owns every device without a session and can't sign in, be made, changed or deleted. "
        + "Its groups are set at /user-groups/{id}/members/nobody; its attributes are its only member that a PUT may have.");

    public static async Task<UserObject> PresentAsync(HttpContext http, IUser user, UserView view, CatalogSnapshot catalog)
    {
        Etags.Show(http, view.Etag);
        return UserObject.Of(view, catalog) with
        {
            Devices = await HeldAsync(http, view.UserName),
            Invitation = await user.Invitation() is { } invitation ? InvitationObject.Of(invitation) : null,
            Pin = await user.PinExpiresAt() is { } expiresAt ? new PinObject(expiresAt) : null,
            Settings = SettingsObject.Of(catalog.Compiled.SettingsOf(view.Facts)),
        };
    }

    public static UserObject PresentNobody(HttpContext http, CatalogSnapshot catalog)
    {
        var nobody = UserObject.Nobody(catalog);
        Etags.Show(http, nobody.Etag);
        return nobody;
    }

    /// <summary>The devices that say that they are the person's: the person's own register may name some that they are not, or no more.</summary>
    private static async Task<IReadOnlyList<string>> HeldAsync(HttpContext http, string userName)
    {
        var store = http.RequestServices.GetRequiredService<IRecordStore>();
        var tag = DeviceRecord.OwnerTag(UserName.Parse(userName));
        return [.. (await store.QueryAsync(new IndexQuery("device", Tag: tag, Limit: RecordLimits.PageRowsMax), http.RequestAborted)).Rows.Select(row => row.Key)];
    }
}
