using System.Text.Json;
using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Previews;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Configurations;

/// <summary>An item that is to be made; id null = made of the name.</summary>
internal sealed record NewItem(string? Id, ConfigurationSpec Spec);

/// <summary>What configurations, apps and policies have in common: they are items under ids of one space, distributed by the catalog.</summary>
internal sealed class ItemDesk(IGrainFactory grains, IRecordStore store, PreviewDesk previews)
{
    public Task<CatalogSnapshot> CatalogAsync() => grains.GetGrain<ICatalog>(ICatalog.Key).Read();

    public async Task<ConfigurationView> ViewAsync(string id, ItemFamily family)
    {
        if (!ItemId.TryParse(id, out var item) || await grains.GetGrain<IConfiguration>(item.Value).View() is not { } view || ItemFamilies.Of(view.Spec) != family)
            throw RefusalException.NotFound(family.Word());
        return view;
    }

    /// <summary>Creates under the id given, or under the first free one that the name makes.</summary>
    public async Task<string> CreateAsync(HttpContext http, NewItem item)
    {
        var by = Access.Admin.Of(http).Name;
        await previews.GuardAsync(http, async catalog => catalog.With(await DraftAsync(item)));
        foreach (var candidate in Ids(item))
        {
            if (await grains.GetGrain<IConfiguration>(candidate).Create(item.Spec, by))
                return candidate;
        }

        throw RefusalException.Taken(item.Id ?? item.Spec.Name);
    }

    /// <summary>The item as it would be published if it were created now; nothing is saved.</summary>
    public async Task<Item> DraftAsync(NewItem item)
    {
        foreach (var candidate in Ids(item))
        {
            if (await grains.GetGrain<IConfiguration>(candidate).View() is null)
                return await grains.GetGrain<IConfiguration>(candidate).Draft(item.Spec);
        }

        throw RefusalException.Taken(item.Id ?? item.Spec.Name);
    }

    private static IEnumerable<string> Ids(NewItem item) =>
        item.Id is null ? Slugs.For(item.Spec.Name).Where(id => id != IConfiguration.MultiUserSignIn)
        : !ItemId.TryParse(item.Id, out _) ? throw RefusalException.Field("id", "An id is 1 to 64 lower-case letters, digits or hyphens.")
        : item.Id == IConfiguration.MultiUserSignIn ? []
        : [item.Id];

    public Task<ConfigurationView> UpdateAsync(HttpContext http, string id, ItemFamily family, Func<ConfigurationView, ConfigurationSpec> change) =>
        Etags.AgainAsync(http, () => TryUpdateAsync(http, id, family, change));

    private async Task<ConfigurationView> TryUpdateAsync(HttpContext http, string id, ItemFamily family, Func<ConfigurationView, ConfigurationSpec> change)
    {
        var current = await ViewAsync(id, family);
        var spec = change(current);
        var grain = grains.GetGrain<IConfiguration>(id);
        await previews.GuardAsync(http, catalog => catalog.With(spec, grain));
        return Done(await grain.Update(spec, Etags.Expected(http) ?? current.Etag, Access.Admin.Of(http).Name), family)!;
    }

    public async Task<ConfigurationView> DistributeAsync(HttpContext http, string id, ItemFamily family, DistributionBody distribution)
    {
        var current = await ViewAsync(id, family);
        var checkedOne = distribution.Check(await CatalogAsync(), current.BuiltIn);
        var grain = grains.GetGrain<IConfiguration>(id);
        await previews.GuardAsync(http, catalog => catalog.With(current.Spec with { Distribution = checkedOne }, grain));
        return Done(await grain.Distribute(checkedOne, Etags.Expected(http), Access.Admin.Of(http).Name), family)!;
    }

    public async Task DeleteAsync(HttpContext http, string id, ItemFamily family)
    {
        await ViewAsync(id, family);
        await previews.GuardAsync(http, catalog => Task.FromResult(catalog.Without(ItemId.Parse(id))));
        Done(await grains.GetGrain<IConfiguration>(id).Delete(Etags.Expected(http), Access.Admin.Of(http).Name), family);
    }

    /// <summary>Rows of the index, with what the catalog says of them.</summary>
    public async Task<Listed<JsonObject>> ListAsync(ItemFamily family, int? limit, string? cursor, string? q, CancellationToken cancellationToken)
    {
        if (family == ItemFamily.Configuration)
            await grains.GetGrain<IConfiguration>(IConfiguration.MultiUserSignIn).View();
        var words = Lists.Words(q);
        var query = new IndexQuery(
            "configuration", Tag: $"is:{family.Word()}", Search: words.FirstOrDefault(), After: Lists.After(cursor), Limit: Lists.Limit(limit));
        var page = await Lists.PageAsync(store, query, Lists.Holding(words), cancellationToken);
        var catalog = await CatalogAsync();
        return new Listed<JsonObject>([.. page.Rows.Select(row => Row(row, catalog, family))], Lists.Cursor(page.Next));
    }

    private static JsonObject Row(IndexEntry entry, CatalogSnapshot catalog, ItemFamily family)
    {
        var row = (JsonObject)JsonNode.Parse(entry.Row.Summary.Span)!;
        var item = catalog.Find(ItemId.Parse(entry.Key));
        var distribution = item?.Distribution ?? new Distribution.None();
        row["distribution"] = JsonSerializer.SerializeToNode(DistributionBody.Of(distribution, catalog), Body.Options);
        if (family == ItemFamily.App)
        {
            row["bundleId"] = (item?.Delivery as Delivery.ManagedApp)?.BundleId;
            row["required"] = item?.Required ?? true;
        }

        row["warnings"] = JsonSerializer.SerializeToNode(Warning.Of(entry.Key == IConfiguration.MultiUserSignIn, distribution, catalog), Body.Options);
        return row;
    }

    private static ConfigurationView? Done(ConfigurationChange change, ItemFamily family) => change.Result switch
    {
        ConfigurationResult.Done => change.View,
        ConfigurationResult.NotFound => throw RefusalException.NotFound(family.Word()),
        ConfigurationResult.Stale => throw RefusalException.Stale(),
        ConfigurationResult.BuiltIn => throw BuiltIn(),
        ConfigurationResult.Fixed => throw RefusalException.Conflict(
            "fixed", "Devices know an app by its bundle identifier, which can't be changed: add another app."),
        _ => throw new InvalidOperationException($"No answer to {change.Result}."),
    };

    public static RefusalException BuiltIn() =>
        RefusalException.Conflict("built-in", "Multi-user sign-in is built in: there is exactly one, and only its distribution and its branding are edited.");
}
