using System.Globalization;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.SignIn;
using Mdm.Fleet.Frontend.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Frontend.Invitations;

/// <summary>The page where an invited person sets their password, <c>/invitation/{token}</c>. Opening it uses nothing up: mail scanners do.</summary>
public static class InvitationEndpoints
{
    private const string Root = "/invitation";

    /// <summary>Registers what the pages need.</summary>
    public static IServiceCollection AddInvitations(this IServiceCollection services) => services.AddSingleton<InvitationDesk>();

    /// <summary>Maps the pages.</summary>
    public static WebApplication MapInvitations(this WebApplication app)
    {
        var pages = app.MapGroup(Root + "/{token:length(1,128)}").ExcludeFromDescription().AddEndpointFilter(TellOutage);
        pages.MapGet("", Show);
        pages.MapPost("", Accept).DisableAntiforgery();
        return app;
    }

    private static async Task Show(HttpContext http, string token, InvitationDesk desk, TrustedProxies proxies) =>
        await Answer(http, await desk.LookAsync(token, proxies.ClientOf(http)), proxies);

    private static async Task Accept(HttpContext http, string token, InvitationDesk desk, TrustedProxies proxies)
    {
        var address = proxies.ClientOf(http);
        var form = await Forms.ReadAsync(http);
        if (form is { Fields: { } fields, Refusal: null })
        {
            await Answer(http, await desk.AcceptAsync(token, fields["password"].ToString(), fields["again"].ToString(), address), proxies);
            return;
        }

        var look = await desk.LookAsync(token, address);
        await Answer(http, look.State == InvitationPageState.Open ? look with { Fault = new InvitationFault(form.Refusal!.Code, []) } : look, proxies, form.Status);
    }

    private static async Task Answer(HttpContext http, InvitationLook look, TrustedProxies proxies, int? status = null)
    {
        SecurityHeaders.Set(http.Response);
        http.Response.StatusCode = status ?? look.State switch
        {
            InvitationPageState.Open or InvitationPageState.Done => StatusCodes.Status200OK,
            InvitationPageState.Used or InvitationPageState.Expired => StatusCodes.Status410Gone,
            InvitationPageState.Unknown => StatusCodes.Status404NotFound,
            InvitationPageState.Locked => StatusCodes.Status429TooManyRequests,
            _ => throw new InvalidOperationException($"No status for {look.State}."),
        };
        if (look.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = Seconds(wait);
        var csrf = look.State == InvitationPageState.Open ? Forms.Csrf(http, proxies, Root) : "";
        http.Response.ContentType = "text/html; charset=utf-8";
        var texts = TextsFor(http, look.Guest?.Language);
        var brand = await http.RequestServices.GetRequiredService<SignInLooks>().CurrentAsync(http.Request, texts.Language);
        await http.Response.WriteAsync(InvitationPage.Render(look, texts, brand, PathOf(http), csrf));
    }

    /// <summary>503 as a page in the person's language, where the store or the passwords' pool can't do it just now.</summary>
    private static async ValueTask<object?> TellOutage(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (Exception failure) when (!http.Response.HasStarted && Problems.Of(failure) is { Status: StatusCodes.Status503ServiceUnavailable })
        {
            http.RequestServices.GetRequiredService<ILogger<InvitationDesk>>().LogWarning("Invitation page: not now: {Reason}", failure.Message);
            http.Response.Clear();
            SecurityHeaders.Set(http.Response);
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = Seconds(Problems.Of(failure)!.RetryAfter!.Value);
            http.Response.ContentType = "text/html; charset=utf-8";
            await http.Response.WriteAsync(InvitationPage.RenderOutage(TextsFor(http, null), PathOf(http)));
            return Results.Empty;
        }
    }

    private static InvitationTexts TextsFor(HttpContext http, string? invited) => InvitationTexts.For(http.Request.Headers.AcceptLanguage, invited);

    private static string PathOf(HttpContext http) => $"{http.Request.PathBase}{Root}/{Uri.EscapeDataString((string)http.Request.RouteValues["token"]!)}";

    private static string Seconds(TimeSpan wait) => ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
