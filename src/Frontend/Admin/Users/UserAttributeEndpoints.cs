using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Attributes;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Previews;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Users;

/// <summary>Values of the attributes of a person, and of nobody, whose values the catalog holds (MU-14).</summary>
internal static class UserAttributeEndpoints
{
    public static void Map(RouteGroupBuilder users)
    {
        users.MapPut("/{userName}/attributes/{name}", PutAsync).Accepts<ValueBody>("application/json").WithSummary("Set the value of one attribute");
        users.MapDelete("/{userName}/attributes/{name}", DeleteAsync).WithSummary("Take away the value of one attribute");
    }

    /// <summary>A PUT of nobody may have attributes and nothing else.</summary>
    public static async Task<UserObject> UpdateNobodyAsync(HttpContext http, IGrainFactory grains)
    {
        var body = await Body.ReadAsync<Dictionary<string, JsonElement>>(http);
        if (body.Keys.Any(member => member != "attributes"))
            throw UserEndpoints.BuiltIn();
        if (!body.TryGetValue("attributes", out var given) || given.ValueKind != JsonValueKind.Object)
            throw RefusalException.Field("attributes", "attributes is an object of values by name.");
        var catalog = await grains.GetGrain<ICatalog>(ICatalog.Key).Read();
        var changes = AttributeTexts.Check(
            given.EnumerateObject().DistinctBy(member => member.Name).ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal),
            catalog.Compiled.Attributes,
            AttributeScope.User,
            catalog.NobodyAttributes);
        return await SetNobodyAsync(http, grains, catalog, changes);
    }

    private static async Task<Ok<UserObject>> PutAsync(HttpContext http, IGrainFactory grains, string userName, string name) =>
        TypedResults.Ok(await SetAsync(http, grains, userName, name, (await Body.ReadAsync<ValueBody>(http)).Value));

    private static async Task<NoContent> DeleteAsync(HttpContext http, IGrainFactory grains, string userName, string name)
    {
        await SetAsync(http, grains, userName, name, JsonElement.Parse("null"));
        return TypedResults.NoContent();
    }

    private static async Task<UserObject> SetAsync(HttpContext http, IGrainFactory grains, string userName, string name, JsonElement value)
    {
        var user = UserEndpoints.Parse(userName);
        var catalog = await grains.GetGrain<ICatalog>(ICatalog.Key).Read();
        if (user == UserName.Nobody)
            return await SetNobodyAsync(http, grains, catalog, Check(name, value, catalog, catalog.NobodyAttributes));
        var grain = grains.GetGrain<IUser>(user.Value);
        var current = await grain.View() ?? throw RefusalException.NotFound("person");
        var changes = Check(name, value, catalog, current.Attributes);
        var changed = UserEndpoints.Done(await grain.SetAttributes(changes, Etags.Expected(http), Access.Admin.Of(http).Name))!;
        return await UserEndpoints.PresentAsync(http, grain, changed, catalog);
    }

    private static ImmutableArray<AttributeValue> Check(string name, JsonElement value, CatalogSnapshot catalog, ImmutableArray<AttributeValue> now) =>
        AttributeTexts.Check(name, value, catalog.Compiled.Attributes, AttributeScope.User, now);

    private static async Task<UserObject> SetNobodyAsync(
        HttpContext http, IGrainFactory grains, CatalogSnapshot catalog, ImmutableArray<AttributeValue> changes)
    {
        if (Etags.Expected(http) is { } etag && etag != UserObject.Nobody(catalog).Etag)
            throw RefusalException.Stale();
        await http.RequestServices.GetRequiredService<PreviewDesk>().GuardAsync(http, now => Task.FromResult(now.WithNobodys(changes)));
        await grains.GetGrain<ICatalog>(ICatalog.Key).SetNobodyAttributes(changes, Access.Admin.Of(http).Name);
        return UserEndpoints.PresentNobody(http, await grains.GetGrain<ICatalog>(ICatalog.Key).Read());
    }
}
