using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.SignIn;
using Mdm.Fleet.Frontend.Web;
using Mdm.Fleet.Grains.Configurations;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Protocol.Profiles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Mdm.Fleet.Frontend.Admin.Configurations;

/// <summary>
/// Which page to show. Content: null = as it is saved. Language: a BCP 47 tag. State: free, preparing, ready or unavailable with made-up items;
/// null = free, or as the device is. Device: shows its page, with what is on it.
/// </summary>
public sealed record SignInPreviewBody(ConfigurationContent? Content = null, string? Language = null, string? State = null, string? Device = null);

/// <summary>The sign-in page as people would see it, made by what makes theirs; nothing on it works (MU-17).</summary>
internal static class SignInPreview
{
    /// <summary>No scripts, no forms, nothing of another origin: what an admin has not saved yet is shown and can do nothing.</summary>
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

    public static void Map(RouteGroupBuilder configurations) => configurations.MapPost($"/{IConfiguration.MultiUserSignIn}/preview-page", ShowAsync)
        .Needs(Right.ReadFleet)
        .Accepts<SignInPreviewBody>(isOptional: true, "application/json")
        .Produces<string>(StatusCodes.Status200OK, "text/html")
        .WithSummary("The sign-in page as people would see it, saved or not");

    private static async Task ShowAsync(HttpContext http, ItemDesk desk, IGrainFactory grains, SignInProviders providers)
    {
        var body = await Body.ReadOrAsync(http, new SignInPreviewBody(), Body.ContentBytesMax);
        if (!LanguageTag.TryParse(body.Language ?? BuiltInTemplates.DefaultLanguage, out var language))
            throw RefusalException.Field("language", "language is a BCP 47 tag: en, fr, pt-BR.");
        var content = body.Content is { } draft ? Checked(draft) : (ConfigurationContent.MultiUserSignIn)(await desk.ViewAsync(IConfiguration.MultiUserSignIn, ItemFamily.Configuration)).Spec.Content!;
        var texts = SignInTexts.For(language);
        var icon = content.IconPng is { } png ? $"data:image/png;base64,{Convert.ToBase64String(png.Span)}" : null;
        var model = await providers.OfferOn(await ModelAsync(grains, body), "preview");

        SecurityHeaders.Set(http.Response, Policy);
        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync(SignInPage.RenderPreview(model, texts, SignInLook.Of(content, icon, language, texts.Language)));
    }

    private static ConfigurationContent.MultiUserSignIn Checked(ConfigurationContent draft)
    {
        if (draft is not ConfigurationContent.MultiUserSignIn content)
            throw RefusalException.Field("content", "The content's kind is multiUserSignIn.");
        return RefusalException.Fields(ConfigurationCheck.Check(content).Select(problem => (problem.Field, problem.Message))) is { } refused ? throw refused : content;
    }

    private static async Task<SignInModel> ModelAsync(IGrainFactory grains, SignInPreviewBody body)
    {
        if (body.Device is not { } id)
            return Sample(body.State ?? "free");
        if (!EnrollmentId.TryParse(id, out var device) || await grains.GetGrain<IDevice>(device.Value).View() is not { Exists: true } view)
            throw RefusalException.NotFound("device");
        return body.State is { } state ? Sample(state) : SignInModel.Of(view, "");
    }

    private static SignInModel Sample(string state) => state switch
    {
        "free" => new SignInModel("free", null, null, null, 0, [], false, null, ""),
        "preparing" or "ready" => Held(state, isReady: state == "ready"),
        "unavailable" => SignInModel.Unavailable("not-offered", ""),
        _ => throw RefusalException.Field("state", "state is free, preparing, ready or unavailable."),
    };

    private static SignInModel Held(string state, bool isReady) => new(
        state,
        null,
        "alex",
        "Alex",
        1,
        [new SignInItem("wi-fi", "Wi-Fi", "Configuration", "installed"), new SignInItem("mail", "Mail", "App", isReady ? "installed" : "pending")],
        isReady,
        null,
        "")
    {
        Offered = [new OfferedApp("calculator", "Calculator", "offered"), new OfferedApp("notes", "Notes", "installed")],
    };
}
