using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Mail;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Mail;

/// <summary>A template as an admin writes it.</summary>
public sealed record MailTemplateBody(string Subject, string Text);

/// <summary>What to preview; null = as it is stored.</summary>
public sealed record MailPreviewBody(string? Subject = null, string? Text = null);

/// <summary>A template as shown. Written: by an admin; builtIn: there is a built-in text that deleting goes back to.</summary>
public sealed record MailTemplateObject(string Name, string Language, string Subject, string Text, bool Written, bool BuiltIn, IReadOnlyList<string> Variables)
{
    public static MailTemplateObject Of(StoredTemplate stored) => new(
        stored.Name,
        stored.Language,
        stored.Template.Subject,
        stored.Template.Text,
        stored.Written,
        BuiltInTemplates.Find(stored.Name, stored.Language) is not null,
        InvitationValues.Names);
}

/// <summary>The texts of mails by language. Deleting one goes back to the built-in text.</summary>
internal static class MailTemplateEndpoints
{
    public static void Map(RouteGroupBuilder templates)
    {
        templates.MapGet("", ListAsync).WithSummary("All templates");
        templates.MapGet("/{name}/{language}", ShowAsync).WithSummary("One template");
        templates.MapPut("/{name}/{language}", PutAsync).Accepts<MailTemplateBody>("application/json").WithSummary("Write a template");
        templates.MapDelete("/{name}/{language}", DeleteAsync).WithSummary("Go back to the built-in text");
        templates.MapPost("/{name}/{language}/preview", PreviewAsync)
            .Needs(Right.ReadFleet)
            .Accepts<MailPreviewBody>(isOptional: true, "application/json")
            .WithSummary("A template with made-up values, stored or not");
    }

    private static async Task<Ok<Listed<MailTemplateObject>>> ListAsync(IGrainFactory grains) =>
        TypedResults.Ok(new Listed<MailTemplateObject>([.. (await Grain(grains).Templates()).Select(MailTemplateObject.Of)], null));

    private static async Task<Ok<MailTemplateObject>> ShowAsync(IGrainFactory grains, string name, string language) =>
        TypedResults.Ok(MailTemplateObject.Of(await FindAsync(grains, name, language) ?? throw RefusalException.NotFound("template")));

    private static async Task<Ok<MailTemplateObject>> PutAsync(HttpContext http, IGrainFactory grains, string name, string language)
    {
        var (known, tag) = Parse(name, language);
        var body = await Body.ReadAsync<MailTemplateBody>(http);
        var template = Checked(new MailTemplate(body.Subject, body.Text));
        if (!await Grain(grains).PutTemplate(known, tag, template, Access.Admin.Of(http).Name))
            throw RefusalException.Conflict("full", $"There are {IMail.TemplatesMax} templates, which is all there may be.");
        return TypedResults.Ok(MailTemplateObject.Of(new StoredTemplate(known, tag, template, true)));
    }

    private static async Task<NoContent> DeleteAsync(HttpContext http, IGrainFactory grains, string name, string language)
    {
        var (known, tag) = Parse(name, language);
        return await Grain(grains).DeleteTemplate(known, tag, Access.Admin.Of(http).Name) ? TypedResults.NoContent() : throw RefusalException.NotFound("written template");
    }

    private static async Task<Ok<MailText>> PreviewAsync(HttpContext http, IGrainFactory grains, FrontendOptions options, string name, string language)
    {
        var body = await Body.ReadOrAsync(http, new MailPreviewBody());
        var stored = (await FindAsync(grains, name, language))?.Template;
        var subject = body.Subject ?? stored?.Subject ?? throw RefusalException.NotFound("template");
        var template = Checked(new MailTemplate(subject, body.Text ?? stored?.Text ?? throw RefusalException.NotFound("template")));
        var link = $"{options.PublicUrl?.GetLeftPart(UriPartial.Authority) ?? "https://fleet.example"}/invitation/EXAMPLE";
        return TypedResults.Ok(template.Render(new InvitationValues("Anna Example", "anna", link, options.Organization, "2030-01-31 12:00 UTC")));
    }

    private static MailTemplate Checked(MailTemplate template) => RefusalException.Fields(template.Problems()) is { } refused ? throw refused : template;

    /// <summary>Of just this language.</summary>
    private static async Task<StoredTemplate?> FindAsync(IGrainFactory grains, string name, string language)
    {
        var (known, tag) = Parse(name, language);
        return await Grain(grains).Template(known, tag) is { } found && found.Language == tag ? found : null;
    }

    private static (string Name, string Language) Parse(string name, string language) =>
        !BuiltInTemplates.Names.Contains(name) ? throw RefusalException.NotFound("template")
        : LanguageTag.TryParse(language, out var tag) ? (name, tag)
        : throw RefusalException.Field("language", "language is a BCP 47 tag: en, fr, pt-BR.");

    private static IMail Grain(IGrainFactory grains) => grains.GetGrain<IMail>(IMail.Key);
}
