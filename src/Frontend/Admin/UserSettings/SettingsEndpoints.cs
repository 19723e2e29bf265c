using System.Globalization;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Frontend.Admin.Previews;
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

    private static readonly Warning NoDeviceChanges = new("no-device-changes", "No device changes: nothing is installed or removed. People lists whose settings change.");

    public static void Map(RouteGroupBuilder api)
    {
        var settings = api.MapGroup("/user-settings").WithTags("User settings").Needs(Right.ReadFleet, Right.EditModel);
        settings.MapGet("", ListAsync).WithSummary("User settings in the order in which they are asked for, the default ones last");
        settings.MapPost("", CreateAsync).Accepts<SettingsBody>("application/json").TakesIdempotencyKey().WithSummary("Add settings for the people of some user groups");
        settings.MapGet("/{id}", ShowAsync).WithSummary("One entry of user settings");
        settings.MapPut("/{id}", UpdateAsync).Accepts<SettingsBody>("application/json").WithSummary("Change user settings");
        settings.MapDelete("/{id}", DeleteAsync).WithSummary("Delete user settings");
        settings.MapPost("/preview", PreviewNewAsync)
            .Accepts<SettingsBody>("application/json")
            .Needs(Right.ReadFleet)
            .WithSummary("For whom new user settings would hold, before they are saved");
        settings.MapPost("/{id}/preview", PreviewChangeAsync)
            .Accepts<SettingsBody>(isOptional: true, "application/json")
            .Needs(Right.ReadFleet)
            .WithSummary("For whom other user settings would hold after a change, or without them (delete), before it is saved");
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
        foreach (var id in Ids(body))
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
        var next = await ReadAsync(http, await Catalog(grains).Read(), id);
        var reply = await Catalog(grains).PutSettings(next, Expected(http), Access.Admin.Of(http).Name);
        return reply.Fault is null ? TypedResults.Ok(Present(http, await FindAsync(grains, id))) : throw Refusal.Of(reply);
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, IGrainFactory grains, string id)
    {
        if (id == SettingsEntry.DefaultId)
            throw BuiltIn();
        var reply = await Catalog(grains).RemoveSettings(id, Expected(http), Access.Admin.Of(http).Name);
        return reply.Fault is null ? TypedResults.NoContent() : throw Refusal.Of(reply);
    }

    private static async Task<Ok<PreviewObject>> PreviewNewAsync(HttpContext http, PreviewDesk desk, TimeProvider time)
    {
        var body = await Body.ReadAsync<SettingsBody>(http);
        var before = await desk.CatalogAsync();
        var id = Ids(body).FirstOrDefault(id => before.Entry(id) is null) ?? throw RefusalException.Taken(body.Id ?? body.Name);
        return await PreviewAsync(http, desk, time, before, before.With(body.Check(id, before)));
    }

    private static async Task<Ok<PreviewObject>> PreviewChangeAsync(HttpContext http, PreviewDesk desk, TimeProvider time, string id, bool delete = false)
    {
        var before = await desk.CatalogAsync();
        if (delete && id == SettingsEntry.DefaultId)
            throw BuiltIn();
        var after = delete ? before.WithoutSettings(Find(before, id).Id) : before.With(await ReadAsync(http, before, id));
        return await PreviewAsync(http, desk, time, before, after);
    }

    /// <summary>Settings change no plan of a device but when its session ends by itself: that is said, and who they are that settings change for.</summary>
    private static async Task<Ok<PreviewObject>> PreviewAsync(HttpContext http, PreviewDesk desk, TimeProvider time, CatalogSnapshot before, CatalogSnapshot after)
    {
        var shown = await desk.ShowAsync(before, after.At(time.GetUtcNow()), http.RequestAborted);
        return TypedResults.Ok(shown.Concerned > 0 ? shown : shown with { Warnings = [NoDeviceChanges, .. shown.Warnings] });
    }

    /// <summary>The id given, or those that the name makes.</summary>
    private static IEnumerable<string> Ids(SettingsBody body) =>
        body.Id is not { } given ? Slugs.For(Names.Check(body.Name)).Where(slug => slug != SettingsEntry.DefaultId)
        : given == SettingsEntry.DefaultId ? throw RefusalException.Taken(given)
        : !GroupId.TryParse(given, out _) ? throw RefusalException.Field("id", "An id is made of lower-case letters, digits and hyphens.")
        : [given];

    /// <summary>The settings as they would be, checked.</summary>
    private static async Task<SettingsEntry> ReadAsync(HttpContext http, CatalogSnapshot catalog, string id)
    {
        var body = await Body.ReadAsync<SettingsBody>(http);
        var current = Find(catalog, id);
        return body.Id is { } other && other != id ? throw RefusalException.Conflict("renamed", "An id can't be changed.") : body.Check(current.Id, catalog);
    }

    private static RefusalException BuiltIn() =>
        RefusalException.Conflict("built-in", "The default settings hold for everyone whom no others hold for: they can be changed, not deleted.");

    private static ICatalog Catalog(IGrainFactory grains) => grains.GetGrain<ICatalog>(ICatalog.Key);

    private static async Task<SettingsEntry> FindAsync(IGrainFactory grains, string id) => Find(await Catalog(grains).Read(), id);

    private static SettingsEntry Find(CatalogSnapshot catalog, string id) =>
        catalog.Entry(id) ?? (id == SettingsEntry.DefaultId ? SettingsEntry.Default : throw RefusalException.NotFound(What));

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
