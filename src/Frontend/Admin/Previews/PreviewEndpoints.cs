using System.Collections.Immutable;
using System.Text.Json;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Previews;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Apps;
using Mdm.Fleet.Frontend.Admin.Attributes;
using Mdm.Fleet.Frontend.Admin.Configurations;
using Mdm.Fleet.Frontend.Admin.Devices;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Policies;
using Mdm.Fleet.Frontend.Admin.Rules;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Previews;

/// <summary>What would change of an item; what is left out stays. ManifestUrl and versions are an app's. Device (with a userName, or as it is held): its exact plan is shown too.</summary>
public sealed record ItemPreviewBody(
    DistributionBody? Distribution = null,
    bool? Enabled = null,
    bool? Required = null,
    int? Priority = null,
    ConfigurationContent? Content = null,
    bool Delete = false,
    string? Device = null,
    string? UserName = null,
    string? ManifestUrl = null,
    IReadOnlyList<AppVersionBody>? Versions = null);

/// <summary>A group's rule as it would be, as an object or a line; or that it would be deleted.</summary>
public sealed record GroupPreviewBody(JsonElement? Rule = null, bool Delete = false, string? Device = null, string? UserName = null);

/// <summary>
/// Who would hold the device: a person, nobody, or left out, whoever holds it. And what would be said of it; what is left out stays. Groups are all that
/// it would be in by hand; an attribute that is null is taken away.
/// </summary>
public sealed record DevicePreviewBody(
    string? UserName = null, IReadOnlyList<string>? Groups = null, IReadOnlyDictionary<string, JsonElement>? Attributes = null, string? Ownership = null)
{
    /// <exception cref="RefusalException">Some of it could not be saved.</exception>
    internal GivenFacts Check(CatalogSnapshot catalog, ImmutableArray<AttributeValue> now)
    {
        ImmutableArray<GroupId>? groups = Groups is null ? null : DistributionBody.Static(Groups, "groups", catalog.DeviceGroups);
        if (groups?.Length > Device.GroupsMax)
            throw RefusalException.Field("groups", $"A device is in at most {Device.GroupsMax} device groups.");
        return new GivenFacts(Ownership is null ? null : DeviceFactEndpoints.Parse(Ownership), groups)
        {
            Attributes = AttributeTexts.Check(Attributes, catalog.Compiled.Attributes, AttributeScope.Device, now),
        };
    }
}

/// <summary>The chain of reasons for an item on a device. Holds: it is there.</summary>
public sealed record ExplanationObject(string Device, string Item, bool Holds, IReadOnlyList<Reason> Chain);

/// <summary>What-if and explain (BY-02, BY-05): nothing here changes anything.</summary>
internal static class PreviewEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var previews = api.MapGroup("").WithTags("Previews").Needs(Right.ReadFleet, Right.ReadFleet);
        MapNew<ConfigurationBody>(previews, "configurations", ConfigurationEndpoints.ReadNewAsync);
        MapNew<AppBody>(previews, "apps", AppEndpoints.ReadNewAsync);
        MapNew<PolicyBody>(previews, "policies", PolicyEndpoints.ReadNewAsync);
        foreach (var (path, family) in new[] { ("configurations", ItemFamily.Configuration), ("apps", ItemFamily.App), ("policies", ItemFamily.Policy) })
        {
            previews.MapPost($"/{path}/{{id}}/preview", (HttpContext http, ItemDesk items, PreviewDesk desk, IGrainFactory grains, TimeProvider time, string id) =>
                    ItemAsync(http, items, desk, grains, time, id, family))
                .Accepts<ItemPreviewBody>("application/json")
                .WithSummary("What a change would do to the fleet, before it is saved");
        }

        foreach (var (path, ofDevices) in new[] { ("user-groups", false), ("device-groups", true) })
        {
            previews.MapPost($"/{path}/{{id}}/preview", (HttpContext http, PreviewDesk desk, IGrainFactory grains, TimeProvider time, string id) =>
                    GroupAsync(http, desk, grains, time, id, ofDevices))
                .Accepts<GroupPreviewBody>("application/json")
                .WithSummary("What another rule would do to the fleet, before it is saved");
        }

        previews.MapPost("/devices/{id}/preview", DeviceAsync).Accepts<DevicePreviewBody>("application/json").WithSummary("The exact plan of a person on a device, also with other groups, attributes or ownership of it");
        previews.MapGet("/devices/{id}/explain/{item}", ExplainAsync).WithSummary("Why an item is on a device, or not");
    }

    /// <summary>The body is the very one that makes the item.</summary>
    private static void MapNew<TBody>(RouteGroupBuilder previews, string path, Func<HttpContext, CatalogSnapshot, Task<NewItem>> readAsync)
        where TBody : notnull =>
        previews.MapPost($"/{path}/preview", (HttpContext http, ItemDesk items, PreviewDesk desk, IGrainFactory grains, TimeProvider time, string? device, string? userName) =>
                NewItemAsync(http, items, desk, grains, time, readAsync, device, userName))
            .Accepts<TBody>("application/json")
            .WithSummary("What a new item would do to the fleet, before it is saved");

    private static async Task<Ok<PreviewObject>> NewItemAsync(
        HttpContext http,
        ItemDesk items,
        PreviewDesk desk,
        IGrainFactory grains,
        TimeProvider time,
        Func<HttpContext, CatalogSnapshot, Task<NewItem>> readAsync,
        string? device,
        string? userName)
    {
        var before = await desk.CatalogAsync();
        var item = await items.DraftAsync(await readAsync(http, before));
        return await ShowAsync(http, desk, grains, time, before, before.With(item), device, userName);
    }

    private static async Task<Ok<PreviewObject>> ItemAsync(
        HttpContext http, ItemDesk items, PreviewDesk desk, IGrainFactory grains, TimeProvider time, string id, ItemFamily family)
    {
        var body = await Body.ReadAsync<ItemPreviewBody>(http, Body.ContentBytesMax);
        var view = await items.ViewAsync(id, family);
        var before = await desk.CatalogAsync();
        if (body.Content is not null && family != ItemFamily.Configuration)
            throw RefusalException.Field("content", "Only a configuration has content.");
        if (view.BuiltIn ? body.Delete || body.Enabled == false || body.Content is not (null or ConfigurationContent.MultiUserSignIn) : body.Content is ConfigurationContent.MultiUserSignIn)
            throw ItemDesk.BuiltIn();
        if (body.Priority is < 1 or > 1000)
            throw RefusalException.Field("priority", "A priority is a number from 1, which goes first, to 1000.");
        var spec = view.Spec with
        {
            Distribution = body.Distribution?.Check(before, view.BuiltIn) ?? view.Spec.Distribution,
            Enabled = body.Enabled ?? view.Spec.Enabled,
            Required = body.Required ?? view.Spec.Required,
            Priority = body.Priority ?? view.Spec.Priority,
        };
        if (body.Content is { } content)
            spec = ConfigurationEndpoints.WithContent(spec, content, before);
        if (body.ManifestUrl is not null || body.Versions is not null)
        {
            if (family != ItemFamily.App)
                throw RefusalException.Field(body.Versions is null ? "manifestUrl" : "versions", "Only an app has a manifest and versions.");
            spec = AppEndpoints.With(spec, body.ManifestUrl, body.Versions, before);
        }

        var after = body.Delete ? before.Without(view.Id) : await before.With(spec, grains.GetGrain<IConfiguration>(id));
        return await ShowAsync(http, desk, grains, time, before, after, body.Device, body.UserName);
    }

    private static async Task<Ok<PreviewObject>> GroupAsync(HttpContext http, PreviewDesk desk, IGrainFactory grains, TimeProvider time, string id, bool ofDevices)
    {
        var body = await Body.ReadAsync<GroupPreviewBody>(http);
        var before = await desk.CatalogAsync();
        var reference = new GroupRef(ofDevices, GroupId.TryParse(id, out var group) ? group : throw RefusalException.NotFound("group"));
        var known = before.Find(reference) ?? throw RefusalException.NotFound("group");
        if (body.Rule is null && !body.Delete)
            throw RefusalException.Field("rule", "Say the rule as it would be, or delete: true.");
        if (known.Rule is null && !body.Delete)
            throw RefusalException.Conflict("fixed", "A static group has no rule.");
        var scope = ofDevices ? RuleScope.Device : RuleScope.UserGroup;
        var rule = body.Delete ? null : RuleForms.Read(body.Rule!.Value, before, scope, "rule");
        var after = body.Delete ? before.Without(reference) : before.With(reference, known with { Rule = rule });
        var onGroup = body.Delete ? CatalogChecks.OnRemoval(before, reference) : CatalogChecks.OnGroup(after, reference, rule, known);
        if ((onGroup ?? CatalogChecks.OnSize(new CatalogRecord { Snapshot = after })) is { } refused)
            throw Refusal.Of(refused);
        return await ShowAsync(http, desk, grains, time, before, after, body.Device, body.UserName);
    }

    private static async Task<Ok<PreviewObject>> ShowAsync(
        HttpContext http, PreviewDesk desk, IGrainFactory grains, TimeProvider time, CatalogSnapshot before, CatalogSnapshot after, string? device, string? userName)
    {
        after = after.At(time.GetUtcNow());
        var plan = device is null ? null : await PlanAsync(grains, time, device, userName, after);
        return TypedResults.Ok(await desk.ShowAsync(before, after, http.RequestAborted) with { Plan = plan });
    }

    private static async Task<Ok<PlanObject>> DeviceAsync(HttpContext http, PreviewDesk desk, IGrainFactory grains, TimeProvider time, string id)
    {
        var body = await Body.ReadOrAsync(http, new DevicePreviewBody());
        var (view, catalog) = (await ViewAsync(grains, id), await desk.CatalogAsync());
        var person = body.UserName is null ? null : await PersonAsync(grains, body.UserName, catalog);
        return TypedResults.Ok(DevicePlan.Of(id, view, catalog, person, time.GetUtcNow(), body.Check(catalog, view.Device.Attributes)));
    }

    private static async Task<Ok<ExplanationObject>> ExplainAsync(PreviewDesk desk, IGrainFactory grains, TimeProvider time, string id, string item)
    {
        var view = await ViewAsync(grains, id);
        if (!ItemId.TryParse(item, out var itemId))
            throw RefusalException.NotFound("item");
        var catalog = await desk.CatalogAsync();
        if (catalog.Find(itemId) is null && view.Device.Entry(itemId) is null)
            throw RefusalException.NotFound("item");
        var chain = new Explanation(catalog, view.Device, time.GetUtcNow()).Of(itemId);
        return TypedResults.Ok(new ExplanationObject(id, item, view.Device.Entry(itemId) is { Presence: Presence.Present }, chain));
    }

    private static async Task<PlanObject> PlanAsync(IGrainFactory grains, TimeProvider time, string device, string? userName, CatalogSnapshot catalog) =>
        DevicePlan.Of(device, await ViewAsync(grains, device), catalog, userName is null ? null : await PersonAsync(grains, userName, catalog), time.GetUtcNow());

    private static async Task<DeviceView> ViewAsync(IGrainFactory grains, string id) =>
        EnrollmentId.TryParse(id, out var enrolment) && await grains.GetGrain<IDevice>(enrolment.Value).View() is { Exists: true } view
            ? view
            : throw RefusalException.NotFound("device");

    private static async Task<Owner> PersonAsync(IGrainFactory grains, string userName, CatalogSnapshot catalog) =>
        !UserName.TryParse(userName, out var name) ? throw RefusalException.NotFound("user")
        : name == UserName.Nobody ? catalog.Compiled.Nobody
        : (await grains.GetGrain<IUser>(name.Value).Person())?.Person ?? throw RefusalException.NotFound("user");
}
