using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Policies;
using Mdm.Fleet.Domain.Text;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Idempotency;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Protocol.Profiles;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mdm.Fleet.Frontend.Admin.Configurations;

/// <summary>Configurations, the built-in multi-user sign-in among them (MU-10, MU-11).</summary>
internal static class ConfigurationEndpoints
{
    /// <summary>What a stored payload has besides the content.</summary>
    private const int PayloadOverheadBytes = 16 * 1024;

    public static void Map(RouteGroupBuilder api)
    {
        var configurations = api.MapGroup("/configurations").WithTags("Configurations").Needs(Right.ReadFleet, Right.EditModel);
        configurations.MapGet("", ListAsync).WithSummary("Configurations, searched by q");
        configurations.MapPost("", CreateAsync)
            .Accepts<ConfigurationBody>("application/json")
            .TakesIdempotencyKey()
            .WithSummary("Add a configuration");
        configurations.MapGet("/{id}", ShowAsync).WithSummary("One configuration");
        configurations.MapPut("/{id}", UpdateAsync).Accepts<ConfigurationBody>("application/json").WithSummary("Change a configuration");
        configurations.MapDelete("/{id}", DeleteAsync).WithSummary("Delete a configuration");
        configurations.MapPut("/{id}/distribution", DistributeAsync)
            .Accepts<DistributionBody>("application/json")
            .WithSummary("Say who gets a configuration");
        SignInPreview.Map(configurations);
    }

    private static async Task<Ok<Listed<JsonObject>>> ListAsync(
        ItemDesk desk, int? limit, string? cursor, string? q, CancellationToken cancellationToken) =>
        TypedResults.Ok(await desk.ListAsync(ItemFamily.Configuration, limit, cursor, q, cancellationToken));

    /// <summary>A configuration that is to be made, checked.</summary>
    internal static async Task<NewItem> ReadNewAsync(HttpContext http, CatalogSnapshot catalog)
    {
        var body = await ReadAsync(http);
        if (body.Content is ConfigurationContent.MultiUserSignIn || body.Id == IConfiguration.MultiUserSignIn)
            throw ItemDesk.BuiltIn();
        var distribution = body.Distribution?.Check(catalog) ?? new Distribution.None();
        return new NewItem(body.Id, SpecOf(body, Canonical(body.Content, catalog).KeepSecrets(stored: null), distribution));
    }

    private static async Task<Created<ConfigurationObject>> CreateAsync(HttpContext http, ItemDesk desk)
    {
        var id = await desk.CreateAsync(http, await ReadNewAsync(http, await desk.CatalogAsync()));
        return TypedResults.Created($"/api/v1/configurations/{id}", await PresentAsync(http, desk, await desk.ViewAsync(id, ItemFamily.Configuration)));
    }

    private static async Task<Ok<ConfigurationObject>> ShowAsync(HttpContext http, ItemDesk desk, string id) =>
        TypedResults.Ok(await PresentAsync(http, desk, await desk.ViewAsync(id, ItemFamily.Configuration)));

    private static async Task<Ok<ConfigurationObject>> UpdateAsync(HttpContext http, ItemDesk desk, string id)
    {
        var body = await ReadAsync(http);
        var isSignIn = id == IConfiguration.MultiUserSignIn;
        if (!isSignIn && body.Content is ConfigurationContent.MultiUserSignIn)
            throw ItemDesk.BuiltIn();
        var catalog = await desk.CatalogAsync();
        var distribution = body.Distribution?.Check(catalog, isSignIn);
        var content = Canonical(body.Content, catalog);
        var view = await desk.UpdateAsync(http, id, ItemFamily.Configuration, current => SpecOf(body, content.KeepSecrets(current.Spec.Content), distribution ?? current.Spec.Distribution));
        return TypedResults.Ok(await PresentAsync(http, desk, view));
    }

    private static async Task<Ok<ConfigurationObject>> DistributeAsync(HttpContext http, ItemDesk desk, string id)
    {
        var body = await Body.ReadAsync<DistributionBody>(http);
        var view = await desk.DistributeAsync(http, id, ItemFamily.Configuration, body);
        return TypedResults.Ok(await PresentAsync(http, desk, view));
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, ItemDesk desk, string id)
    {
        await desk.DeleteAsync(http, id, ItemFamily.Configuration);
        return TypedResults.NoContent();
    }

    private static async Task<ConfigurationBody> ReadAsync(HttpContext http)
    {
        var body = await Body.ReadAsync<ConfigurationBody>(http, Body.ContentBytesMax);
        if (body.Content is Policy)
            throw RefusalException.Field("content", "Policies have a list of their own, /api/v1/policies.");
        if (body.Priority is < 1 or > 1000)
            throw RefusalException.Field("priority", "A priority is a number from 1, which goes first, to 1000.");
        return body with { Name = Names.Check(body.Name) };
    }

    /// <summary>A spec with another content, checked and made ready as a save would do it.</summary>
    internal static ConfigurationSpec WithContent(ConfigurationSpec spec, ConfigurationContent content, CatalogSnapshot catalog)
    {
        var whole = Checked(Canonical(content, catalog).KeepSecrets(spec.Content));
        var traits = PayloadTraits.Of(whole);
        return spec with { Content = whole, Exclusive = traits.Exclusive, IsNetwork = traits.IsNetwork };
    }

    private static ConfigurationSpec SpecOf(ConfigurationBody body, ConfigurationContent content, Distribution distribution)
    {
        var traits = PayloadTraits.Of(Checked(content));
        return new ConfigurationSpec(body.Name, content, null, distribution, body.Enabled, true)
        {
            Priority = body.Priority,
            Exclusive = traits.Exclusive,
            IsNetwork = traits.IsNetwork,
        };
    }

    /// <summary>Variables are stored by their attribute's id, so that renaming it changes no content (UG-04).</summary>
    private static ConfigurationContent Canonical(ConfigurationContent content, CatalogSnapshot catalog)
    {
        try
        {
            return Substitution.Canonical(content, catalog.Compiled.Attributes);
        }
        catch (TemplateException refused)
        {
            throw RefusalException.Field($"content.{refused.Member}", refused.Message, refused.Fault == TemplateFault.UnknownVariable ? "unknown-variable" : "invalid");
        }
    }

    private static ConfigurationContent Checked(ConfigurationContent content)
    {
        // An escaped ${ is one in what is sent: a password with it opens its identity.
        var sent = Substitution.Resolve(content, static _ => null).Value ?? content;
        if (RefusalException.Fields(ConfigurationCheck.Check(sent).Select(problem => (problem.Field, problem.Message))) is { } refused)
            throw refused;
        if (System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(content, Body.Options).Length > RecordLimits.BodyBytesMax - PayloadOverheadBytes)
            throw new RefusalException(StatusCodes.Status413PayloadTooLarge, "too-large", "The content is larger than what is stored: 3 MiB at most.");
        return content;
    }

    private static async Task<ConfigurationObject> PresentAsync(HttpContext http, ItemDesk desk, ConfigurationView view)
    {
        Etags.Show(http, view.Etag);
        return ConfigurationObject.Of(view, await desk.CatalogAsync());
    }
}
