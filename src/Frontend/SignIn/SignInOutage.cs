using System.Globalization;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Web;
using Mdm.Fleet.Grains.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>
/// Tells people that the server can't do it just now, and when to try again: 503 as a page in their language, or as a problem to those
/// who speak JSON. A rush of sign-ins is no fault and is counted (<c>mdm.sign_in.duration</c>), not logged person by person.
/// </summary>
internal sealed class SignInOutage(ILogger<SignInOutage> log) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (Exception failure) when (!http.Response.HasStarted && Problems.Of(failure) is { Status: StatusCodes.Status503ServiceUnavailable })
        {
            if (failure is not PasswordsBusyException)
                log.LogWarning("Sign-in page: not now: {Reason}", failure.Message);
            await Tell(http, Problems.Of(failure)!);
            return Results.Empty;
        }
    }

    private static async Task Tell(HttpContext http, RefusalException later)
    {
        if (SignInEndpoints.WantsJson(http))
        {
            await Problems.WriteAsync(http, later);
            return;
        }

        http.Response.Clear();
        SecurityHeaders.Set(http.Response);
        http.Response.StatusCode = later.Status;
        http.Response.Headers.RetryAfter = ((int)Math.Ceiling(later.RetryAfter!.Value.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        http.Response.ContentType = "text/html; charset=utf-8";
        var page = http.Request.RouteValues["token"] is string token ? SignInEndpoints.PathOf(http, token) : http.Request.Path + http.Request.QueryString;
        await http.Response.WriteAsync(SignInPage.RenderOutage(later.Code, SignInTexts.For(http.Request.Headers.AcceptLanguage), page));
    }
}
