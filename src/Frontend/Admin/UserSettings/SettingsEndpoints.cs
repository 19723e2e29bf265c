using System.Globalization;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Grains.Catalog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.UserSettings;

/// <summary>User settings by group, and the default ones (UG-07). They live in the catalog: one write publishes.</summary>
internal static class SettingsEndpoints
{
    private const string What = "entry of user settings";

    public static void Map(RouteGroupBuilder api)
    {
        var settings = api.MapGroup("/user-settings").WithTags("User settings").Needs(Right.ReadFleet, Right.EditModel);
        settings.MapGet("", ListAsync).WithSummary("User settings in the order in which they are asked for, the default ones last");
        settings.MapPost("", CreateAsync).Accepts<SettingsBody>("application/json").TakesIdempotencyKey().WithSummary("Add settings for the people of some user groups");
        settings.MapGet("/{id}", ShowAsync).WithSummary("One entry of user settings");
        settings.MapPut("/{id}", UpdateAsync).Accepts<SettingsBody>("application/json").WithSummary("Change user settings");
        settings.MapDelete("/{id}", DeleteAsync).WithSummary("Delete user settings");
    }

    private static async Task<Ok<Listed<SettingsObject>>> ListAsync(IGrainFactory grains)
    {
        var known = (await Catalog(grains).Read()).Settings;
        var all = known.Where(entry => !entry.IsDefault).OrderBy(entry => entry.Priority).ThenBy(entry => entry.Id, StringComparer.Ordinal);
        var last = known.FirstOrDefault(entry => entry.IsDefault) ?? SettingsEntry.Default;
        return TypedResults.Ok(new Listed<SettingsObject>([.. all.Append(last).Select(SettingsObject.Of)], null));
    }

    private static async Task<Created<SettingsObject>> CreateAsync(HttpContext http, IGrainFactory grains)
    {
        var body = await Body.ReadAsync<SettingsBody>(http);
        var by = Access.Admin.Of(http).Name;
        if (body.Id == SettingsEntry.DefaultId)
            throw RefusalException.Taken(body.Id);
        if (body.Id is { } given && !Domain.Catalog.GroupId.TryParse(given, out _))
            throw RefusalException.Field("id", "An id is made of lower-case letters, digits and hyphens.");
        foreach (var id in body.Id is { } own ? [own] : Slugs.For(Names.Check(body.Name)).Where(slug => slug != SettingsEntry.DefaultId))
        {
            var reply = await Catalog(grains).PutSettings(body.Check(id, await Catalog(grains).Read()), 0, by);
            if (reply.Fault is null)
                return TypedResults.Created($"/api/v1/user-settings/{id}", Present(http, await FindAsync(grains, id)));
            if (reply.Fault != PublishFault.Taken)
                throw Refusal.Of(reply);
        }

        throw RefusalException.Taken(body.Id ?? body.Name);
    }

    private static async Task<Ok<SettingsObject>> ShowAsync(HttpContext http, IGrainFactory grains, string id) =>
        TypedResults.Ok(Present(http, await FindAsync(grains, id)));

    private static async Task<Ok<SettingsObject>> UpdateAsync(HttpContext http, IGrainFactory grains, string id)
    {
        var body = await Body.ReadAsync<SettingsBody>(http);
        var current = await FindAsync(grains, id);
        if (body.Id is { } other && other != id)
            throw RefusalException.Conflict("renamed", "An id can't be changed.");
        var next = body.Check(current.Id, await Catalog(grains).Read());
        var reply = await Catalog(grains).PutSettings(next, Expected(http), Access.Admin.Of(http).Name);
        return reply.Fault is null ? TypedResults.Ok(Present(http, await FindAsync(grains, id))) : throw Refusal.Of(reply);
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, IGrainFactory grains, string id)
    {
        if (id == SettingsEntry.DefaultId)
            throw RefusalException.Conflict("built-in", "The default settings hold for everyone whom no others hold for: they can be changed, not deleted.");
        var reply = await Catalog(grains).RemoveSettings(id, Expected(http), Access.Admin.Of(http).Name);
        return reply.Fault is null ? TypedResults.NoContent() : throw Refusal.Of(reply);
    }

    private static ICatalog Catalog(IGrainFactory grains) => grains.GetGrain<ICatalog>(ICatalog.Key);

    private static async Task<SettingsEntry> FindAsync(IGrainFactory grains, string id) =>
        (await Catalog(grains).Read()).Settings.FirstOrDefault(entry => entry.Id == id)
        ?? (id == SettingsEntry.DefaultId ? SettingsEntry.Default : throw RefusalException.NotFound(What));

    /// <summary>An etag that is no number was never given out: it can't be the current one.</summary>
    private static long? Expected(HttpContext http) =>
        Etags.Expected(http) is not { } etag ? null : long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : -1;

    private static SettingsObject Present(HttpContext http, SettingsEntry entry)
    {
        var shown = SettingsObject.Of(entry);
        Etags.Show(http, shown.Etag);
        return shown;
    }
}
