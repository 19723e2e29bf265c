using Mdm.Fleet.Frontend.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>
/// The pages where a person takes and leaves a device, <c>/signin/{device token}</c>. With <c>Accept: application/json</c> the same
/// addresses speak JSON.
/// </summary>
public static class SignInEndpoints
{
    /// <summary>Registers what the pages need.</summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services) => services
        .AddSingleton<AttemptLimits>()
        .AddSingleton<SignInMetrics>()
        .AddSingleton<SignInProviders>()
        .AddSingleton<SignInLooks>()
        .AddSingleton<SignInDesk>()
        .AddSingleton<ProviderDesk>();

    /// <summary>Maps the pages.</summary>
    public static WebApplication MapSignIn(this WebApplication app)
    {
        var pages = app.MapGroup("/signin/{token:length(16,128)}").ExcludeFromDescription().AddEndpointFilter<SignInOutage>();
        pages.MapGet("", Show);
        pages.MapPost("/in", In).DisableAntiforgery();
        pages.MapPost("/out", Out).DisableAntiforgery();
        pages.MapPost("/get", Get).DisableAntiforgery();
        pages.MapPost("/drop", Drop).DisableAntiforgery();
        app.MapGet("/signin/icon/{revision:length(32)}.png", Icon).ExcludeFromDescription();
        ProviderEndpoints.Map(app, pages);
        return app;
    }

    private static async Task Show(HttpContext http, string token, SignInDesk desk, TrustedProxies proxies)
    {
        var model = await desk.Look(token, Csrf(http, proxies), http.Request.Query.ContainsKey(SignInPage.ByItself));
        await Answer(http, token, model, WantsJson(http) ? null : ProviderEndpoints.RefusalOf(http.Request), model.State == "unavailable" ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }

    private static Task In(HttpContext http, string token, SignInDesk desk, TrustedProxies proxies) => Act(http, token, desk, proxies, async form =>
        await desk.SignIn(token, form["userName"].ToString(), form["password"].ToString(), proxies.ClientOf(http)));

    private static Task Out(HttpContext http, string token, SignInDesk desk, TrustedProxies proxies) => Act(http, token, desk, proxies, async form =>
        long.TryParse(form["session"], out var epoch) ? await desk.SignOut(token, epoch) : new SignInRefusalCode("csrf", StatusCodes.Status400BadRequest));

    private static Task Get(HttpContext http, string token, SignInDesk desk, TrustedProxies proxies) => Ask(http, token, desk, proxies, wanted: true);

    private static Task Drop(HttpContext http, string token, SignInDesk desk, TrustedProxies proxies) => Ask(http, token, desk, proxies, wanted: false);

    private static Task Ask(HttpContext http, string token, SignInDesk desk, TrustedProxies proxies, bool wanted) => Act(http, token, desk, proxies, async form =>
        long.TryParse(form["session"], out var epoch) ? await desk.Ask(token, form["item"].ToString(), wanted, epoch) : new SignInRefusalCode("csrf", StatusCodes.Status400BadRequest));

    /// <summary>The organization's icon: what is under a revision never changes, so that browsers keep it.</summary>
    private static async Task Icon(HttpContext http, string revision, SignInLooks looks)
    {
        SecurityHeaders.Set(http.Response);
        if (!revision.All(char.IsAsciiHexDigitLower) || await looks.IconAsync(revision) is not { } icon)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.ContentType = "image/png";
        http.Response.ContentLength = icon.Length;
        await http.Response.Body.WriteAsync(icon, http.RequestAborted);
    }

    /// <summary>Does what a form asks and answers: back to the page, or the page with the reason why not.</summary>
    private static async Task Act(HttpContext http, string token, SignInDesk desk, TrustedProxies proxies, Func<IFormCollection, Task<SignInRefusalCode?>> act)
    {
        var form = await Forms.ReadAsync(http);
        var refusal = form is { Fields: { } fields, Refusal: null } ? await act(fields) : form.Refusal;
        if (refusal is { RetryAfter: { } wait })
            http.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (refusal is null && !WantsJson(http))
        {
            SecurityHeaders.Set(http.Response);
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = PathOf(http, token);
            return;
        }

        await Answer(http, token, await desk.Look(token, Csrf(http, proxies)), refusal, form.Status ?? StatusCodes.Status200OK, form.Fields?["userName"]);
    }

    internal static async Task Answer(HttpContext http, string token, SignInModel model, SignInRefusalCode? error, int status, string? userName = null)
    {
        SecurityHeaders.Set(http.Response);
        if (WantsJson(http) && error is not null)
        {
            await TypedResults.Problem(title: "Not done", detail: SelfService.Say(SignInTexts.For("en"), error.Code), statusCode: error.Status, extensions: Extensions(model, error))
                .ExecuteAsync(http);
            return;
        }

        if (WantsJson(http))
        {
            await TypedResults.Json(model, SignInJson.Default.SignInModel, statusCode: status).ExecuteAsync(http);
            return;
        }

        // A refused form is a page like any other: a web clip shows an error status as a blank sheet.
        var texts = SignInTexts.For(http.Request.Headers.AcceptLanguage);
        var look = await http.RequestServices.GetRequiredService<SignInLooks>().ReadAsync(model.Branding, http.Request, texts.Language);
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync(SignInPage.Render(model, texts, look, PathOf(http, token), error?.Code, userName, error?.Provider));
    }

    private static IEnumerable<KeyValuePair<string, object?>> Extensions(SignInModel model, SignInRefusalCode error)
    {
        yield return new("code", error.Code);
        if (error.Provider is { } theirs && model.Providers.FirstOrDefault(provider => provider.Id == theirs.Value) is { } provider)
            yield return new("provider", new Dictionary<string, object?> { ["id"] = provider.Id, ["name"] = provider.Name, ["url"] = provider.Url });
    }

    private static string Csrf(HttpContext http, TrustedProxies proxies) => Forms.Csrf(http, proxies, "/signin");

    internal static bool WantsJson(HttpContext http) => http.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase);

    internal static string PathOf(HttpContext http, string token) => $"{http.Request.PathBase}/signin/{Uri.EscapeDataString(token)}";
}
