using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Grains.Catalog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Attributes;

/// <summary>Attributes of people and devices, built-in ones among them (UG-04). They have no etag: two words, and the last write wins.</summary>
internal static class AttributeEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var attributes = api.MapGroup("/attributes").WithTags("Attributes").Needs(Right.ReadFleet, Right.EditModel);
        attributes.MapGet("", ListAsync).WithSummary("Custom and built-in attributes");
        attributes.MapPost("", CreateAsync).Accepts<AttributeBody>("application/json").TakesIdempotencyKey().WithSummary("Add an attribute");
        attributes.MapGet("/{name}", ShowAsync).WithSummary("One attribute, by name or id");
        attributes.MapPut("/{name}", UpdateAsync).Accepts<AttributeBody>("application/json").WithSummary("Rename or label an attribute");
        attributes.MapDelete("/{name}", DeleteAsync).WithSummary("Delete an attribute that nothing asks for, and its values");
    }

    private static async Task<Ok<Listed<AttributeObject>>> ListAsync(IGrainFactory grains, int? limit, string? cursor, string? scope, string? q)
    {
        var wanted = scope switch
        {
            null or "" => (AttributeScope?)null,
            "user" => AttributeScope.User,
            "device" => AttributeScope.Device,
            _ => throw RefusalException.Field("scope", "scope is user or device."),
        };
        var (after, rows, words) = (Lists.After(cursor), Lists.Limit(limit), Lists.Words(q));
        var fitting = (await TableAsync(grains)).All
            .Where(attribute => (wanted is null || attribute.Scope == wanted) && (after is null || string.CompareOrdinal(attribute.Id.Value, after) > 0))
            .Where(attribute => words.All(word => $"{attribute.Name} {attribute.Label}".Contains(word, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(attribute => attribute.Id.Value, StringComparer.Ordinal)
            .Take(rows + 1)
            .ToList();
        var page = fitting.Take(rows).ToList();
        return TypedResults.Ok(new Listed<AttributeObject>(
            [.. page.Select(AttributeObject.Of)], fitting.Count > rows ? Lists.Cursor(page[^1].Id.Value) : null));
    }

    private static async Task<Created<AttributeObject>> CreateAsync(HttpContext http, IGrainFactory grains)
    {
        var body = await Body.ReadAsync<AttributeBody>(http);
        var catalog = grains.GetGrain<ICatalog>(ICatalog.Key);
        var attribute = body.New(await catalog.Revision());
        Done(await catalog.PutAttribute(attribute, Access.Admin.Of(http).Name));
        return TypedResults.Created($"/api/v1/attributes/{attribute.Name}", AttributeObject.Of(attribute));
    }

    private static async Task<Ok<AttributeObject>> ShowAsync(IGrainFactory grains, string name) =>
        TypedResults.Ok(AttributeObject.Of(await FindAsync(grains, name)));

    private static async Task<Ok<AttributeObject>> UpdateAsync(HttpContext http, IGrainFactory grains, string name)
    {
        var body = await Body.ReadAsync<AttributeBody>(http);
        var changed = body.Change(Custom(await FindAsync(grains, name)));
        Done(await grains.GetGrain<ICatalog>(ICatalog.Key).PutAttribute(changed, Access.Admin.Of(http).Name));
        return TypedResults.Ok(AttributeObject.Of(changed));
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, IGrainFactory grains, string name)
    {
        var attribute = Custom(await FindAsync(grains, name));
        Done(await grains.GetGrain<ICatalog>(ICatalog.Key).RemoveAttribute(attribute.Id, Access.Admin.Of(http).Name));
        return TypedResults.NoContent();
    }

    private static async Task<AttributeDefinition> FindAsync(IGrainFactory grains, string name)
    {
        var attributes = await TableAsync(grains);
        return attributes.Named(name)
            ?? (AttributeId.TryParse(name, out var id) ? attributes.Find(id) : null)
            ?? throw RefusalException.NotFound("attribute");
    }

    private static async Task<AttributeTable> TableAsync(IGrainFactory grains) =>
        (await grains.GetGrain<ICatalog>(ICatalog.Key).Read()).Compiled.Attributes;

    private static AttributeDefinition Custom(AttributeDefinition attribute) => attribute.BuiltIn
        ? throw RefusalException.Conflict("fixed", $"{attribute.Name} is built in: it can't be renamed or deleted.")
        : attribute;

    private static void Done(PublishReply reply)
    {
        if (reply.Fault is not null)
            throw Refusal.Of(reply);
    }
}
