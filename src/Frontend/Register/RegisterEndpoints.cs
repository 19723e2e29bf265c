using System.Globalization;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.SignIn;
using Mdm.Fleet.Frontend.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Frontend.Register;

/// <summary>The page where people enrol a device by themselves, <c>/register</c>: their name, and a password or a PIN as their settings allow.</summary>
public static class RegisterEndpoints
{
    private const string Path = "/register";

    /// <summary>Registers what the page needs.</summary>
    public static IServiceCollection AddRegister(this IServiceCollection services) => services.AddSingleton<RegisterDesk>();

    /// <summary>Maps the page.</summary>
    public static WebApplication MapRegister(this WebApplication app)
    {
        var page = app.MapGroup(Path).ExcludeFromDescription().AddEndpointFilter(TellOutage);
        page.MapGet("", Show);
        page.MapPost("", Register).DisableAntiforgery();
        return app;
    }

    private static async Task Show(HttpContext http, TrustedProxies proxies, SignInLooks looks) =>
        await Answer(http, proxies, await BrandAsync(http, looks), null, null);

    private static async Task Register(HttpContext http, RegisterDesk desk, TrustedProxies proxies, SignInLooks looks)
    {
        var form = await Forms.ReadAsync(http);
        var answer = form is { Fields: { } fields, Refusal: null }
            ? await desk.RegisterAsync(fields["userName"].ToString(), fields["secret"].ToString(), proxies.ClientOf(http))
            : new RegisterAnswer(null, form.Refusal);
        http.Response.StatusCode = form.Status ?? StatusCodes.Status200OK;
        if (answer.Path is { } profile)
        {
            SecurityHeaders.Set(http.Response);
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = http.Request.PathBase + profile;
            return;
        }

        await Answer(http, proxies, await BrandAsync(http, looks), answer.Refusal, form.Fields?["userName"]);
    }

    /// <summary>A refused form is a page like any other, but where there were too many.</summary>
    private static Task Answer(HttpContext http, TrustedProxies proxies, SignInLook brand, SignInRefusalCode? refusal, string? userName)
    {
        SecurityHeaders.Set(http.Response);
        if (refusal is { RetryAfter: { } wait })
        {
            http.Response.StatusCode = refusal.Status;
            http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        var csrf = Forms.Csrf(http, proxies, Path);
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(RegisterPage.Render(TextsFor(http), brand, http.Request.PathBase + Path, csrf, refusal?.Code, userName));
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
            http.RequestServices.GetRequiredService<ILogger<RegisterDesk>>().LogWarning("Registration page: not now: {Reason}", failure.Message);
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await Answer(http, http.RequestServices.GetRequiredService<TrustedProxies>(), SignInLook.Default, new SignInRefusalCode("outage", StatusCodes.Status503ServiceUnavailable, TimeSpan.FromSeconds(10)), null);
            return Results.Empty;
        }
    }

    private static RegisterTexts TextsFor(HttpContext http) => RegisterTexts.For(http.Request.Headers.AcceptLanguage);

    private static async Task<SignInLook> BrandAsync(HttpContext http, SignInLooks looks) => await looks.CurrentAsync(http.Request, TextsFor(http).Language);
}
