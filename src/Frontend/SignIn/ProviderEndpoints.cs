using Mdm.Fleet.Frontend.Web;
using Mdm.Fleet.Storage.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>To an identity provider and back. Both are plain GETs, so that no form leads to another site (see the pages' policy).</summary>
internal static class ProviderEndpoints
{
    private const string FlowCookie = "fleet_flow";

    /// <summary>What a page may be asked to say, by the code in its address.</summary>
    private static readonly HashSet<string> Told = new(StringComparer.Ordinal)
    {
        "idp-cancelled", "idp-stale", "idp-failed", "idp-subject", "unknown-person", "disabled", "device-limit", "busy", "locked", "not-offered", "not-enrolled",
    };

    public static void Map(WebApplication app, RouteGroupBuilder pages)
    {
        pages.MapGet("/with/{provider:length(1,64)}", Begin);
        app.MapGet(ProviderDesk.CallbackPath, End).ExcludeFromDescription().AddEndpointFilter<SignInOutage>();
    }

    /// <summary>The refusal that a redirect here brought; null = none.</summary>
    public static SignInRefusalCode? RefusalOf(HttpRequest request) =>
        Told.Contains(request.Query["refused"].ToString()) ? new SignInRefusalCode(request.Query["refused"].ToString(), StatusCodes.Status200OK) : null;

    private static async Task Begin(HttpContext http, string token, string provider, string? hint, ProviderDesk desk, SecretBox box, TrustedProxies proxies)
    {
        var start = await desk.Begin(token, provider, hint, proxies.ClientOf(http), http.RequestAborted);
        if (start is { Url: { } url, Flow: { } flow })
        {
            http.Response.Cookies.Append(FlowCookie, flow.Seal(box), Options(proxies.IsSecure(http)));
            Redirect(http, url.AbsoluteUri);
            return;
        }

        await Refuse(http, token, start.Refusal!);
    }

    private static async Task End(HttpContext http, ProviderDesk desk, SignInDesk pages, SecretBox box, TrustedProxies proxies, TimeProvider time)
    {
        if (PersonFlow.Open(http.Request.Cookies[FlowCookie], box, time.GetUtcNow()) is not { } flow)
        {
            await SignInEndpoints.Answer(http, "", SignInModel.Unavailable("idp-failed", ""), null, StatusCodes.Status200OK);
            return;
        }

        var refusal = await desk.End(flow, http.Request.Query, proxies.ClientOf(http), http.RequestAborted);
        http.Response.Cookies.Delete(FlowCookie, Options(proxies.IsSecure(http)));
        if (refusal is not null)
            await Refuse(http, flow.Token, refusal);
        else if (SignInEndpoints.WantsJson(http))
            await SignInEndpoints.Answer(http, flow.Token, await pages.Look(flow.Token, ""), null, StatusCodes.Status200OK);
        else
            Redirect(http, SignInEndpoints.PathOf(http, flow.Token));
    }

    private static Task Refuse(HttpContext http, string token, SignInRefusalCode refusal)
    {
        if (SignInEndpoints.WantsJson(http))
            return SignInEndpoints.Answer(http, token, SignInModel.Unavailable(refusal.Code, ""), refusal, refusal.Status);
        Redirect(http, $"{SignInEndpoints.PathOf(http, token)}?refused={refusal.Code}");
        return Task.CompletedTask;
    }

    private static void Redirect(HttpContext http, string address)
    {
        SecurityHeaders.Set(http.Response);
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = address;
    }

    /// <summary>Lax, as the provider's site sends the browser back; for the callback alone.</summary>
    private static CookieOptions Options(bool secure) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = secure,
        Path = ProviderDesk.CallbackPath,
        MaxAge = PersonFlow.Life,
    };
}
