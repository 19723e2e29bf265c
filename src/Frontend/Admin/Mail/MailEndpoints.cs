using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Mail;
using Mdm.Fleet.Storage.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Mail;

/// <summary>The mail server, and a mail to see whether it works.</summary>
internal static class MailEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var mail = api.MapGroup("/mail").WithTags("Mail").Needs(Right.ReadFleet, Right.ManageServer);
        mail.MapGet("/settings", ShowAsync).WithSummary("The mail server");
        mail.MapPut("/settings", PutAsync).Accepts<MailSettingsBody>("application/json").WithSummary("Name the mail server");
        mail.MapPost("/test", TestAsync).Accepts<MailTestBody>("application/json").WithSummary("Send a mail now and say what the server said");
        MailTemplateEndpoints.Map(mail.MapGroup("/templates").Needs(Right.ReadFleet, Right.EditModel));
    }

    private static async Task<Ok<MailSettingsObject>> ShowAsync(IGrainFactory grains) =>
        TypedResults.Ok(MailSettingsObject.Of(await Grain(grains).Settings() ?? throw Missing(StatusCodes.Status404NotFound)));

    private static async Task<Ok<MailSettingsObject>> PutAsync(HttpContext http, IGrainFactory grains, SecretBox box)
    {
        var body = await Body.ReadAsync<MailSettingsBody>(http);
        var settings = body.Check(await Grain(grains).Settings(), box);
        await Grain(grains).PutSettings(settings, Access.Admin.Of(http).Name);
        return TypedResults.Ok(MailSettingsObject.Of(settings));
    }

    private static async Task<Ok<MailTestObject>> TestAsync(
        HttpContext http, IGrainFactory grains, SecretBox box, IMailSender sender, FrontendOptions options, TimeProvider time)
    {
        var body = await Body.ReadAsync<MailTestBody>(http);
        if (!MailAddress.TryParse(body.To, null, out var to))
            throw RefusalException.Field("to", "to is one e-mail address.");
        var settings = await Grain(grains).Settings() ?? throw Missing(StatusCodes.Status409Conflict);
        await Grain(grains).Tested(to.Address, Access.Admin.Of(http).Name);
        var text = $"This is a test mail of {options.Organization}.\n";
        var html = $"<p>{System.Net.WebUtility.HtmlEncode(text)}</p>";
        var message = new MailMessage(
            MailAddress.Parse(settings.From, settings.FromName), to, $"Test mail of {options.Organization}", text, html, Guid.NewGuid().ToString("N"), time.GetUtcNow());
        return TypedResults.Ok(MailTestObject.Of(await sender.SendAsync(Mailroom.Server(settings, box), message, http.RequestAborted)));
    }

    private static RefusalException Missing(int status) => new(status, "no-mail-server", "No mail server was named yet: PUT /api/v1/mail/settings.");

    private static IMail Grain(IGrainFactory grains) => grains.GetGrain<IMail>(IMail.Key);
}
