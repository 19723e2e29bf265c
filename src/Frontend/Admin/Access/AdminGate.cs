using Mdm.Fleet.Frontend.Admin.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Frontend.Admin.Access;

/// <summary>
/// Stands before <c>/api</c> and <c>/hubs</c> and nowhere else: a device must never see its 401. Lets in a bearer token or the console's
/// cookie, and gives every error below it the form of problem+json.
/// </summary>
public sealed partial class AdminGate(
    RequestDelegate next,
    TokenDoor door,
    ApiTokens tokens,
    SessionCookie sessions,
    FrontendOptions options,
    ILogger<AdminGate> log)
{
    private const string HubPath = "/hubs";

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            SetHeaders(http.Response);
            if (!IsOpen(http.Request))
                await EnterAsync(http);
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
                await Problems.WriteAsync(http, Bare(http.Response.StatusCode));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            await Problems.WriteAsync(http, Problems.Of(failure) ?? Unexpected(http, failure));
        }
    }

    private async Task EnterAsync(HttpContext http)
    {
        var admin = BearerOf(http.Request) is { } token ? await door.AdmitAsync(http, token) : await BySessionAsync(http);
        admin.RequireFor(http);
        admin.Enter(http);
    }

    private async ValueTask<Admin> BySessionAsync(HttpContext http)
    {
        var isHub = http.Request.Path.StartsWithSegments(HubPath);
        if (sessions.TokenKey(http) is not { } key || await tokens.FindAsync(key) is not { } admin)
            throw new RefusalException(StatusCodes.Status401Unauthorized, "not-signed-in", "Send a token: Authorization: Bearer …, or sign in to the console.");
        if (isHub ? !IsSameOrigin(http.Request) : !RightsNeeded.IsRead(http.Request) && http.Request.Headers["X-CSRF"] != "1")
            throw new RefusalException(StatusCodes.Status403Forbidden, "csrf",
                "A change with the console's cookie needs the header X-CSRF: 1 and comes from the console's own pages.");
        return admin;
    }

    /// <summary>Browsers send no header of ours with a WebSocket, but they do say which page opened it.</summary>
    private bool IsSameOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && (from.Authority == request.Host.Value || from.Authority == options.PublicUrl?.Authority));
    }

    /// <summary>Browsers can't send the Authorization header with a WebSocket: there, and only there, the query may hold the token.</summary>
    private static string? BearerOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return header["Bearer ".Length..].Trim();
        return request.Path.StartsWithSegments(HubPath) && request.Query["access_token"].ToString() is { Length: > 0 } token ? token : null;
    }

    private static bool IsOpen(HttpRequest request) =>
        (HttpMethods.IsPost(request.Method) && request.Path == "/api/v1/session") || (RightsNeeded.IsRead(request) && request.Path == "/api/v1/openapi.json");

    private static void SetHeaders(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    private static RefusalException Bare(int status) => status switch
    {
        StatusCodes.Status404NotFound => new RefusalException(status, "not-found", "There is nothing at this address: see /api/v1/openapi.json."),
        StatusCodes.Status405MethodNotAllowed => new RefusalException(status, "method", "This address does not take this method."),
        StatusCodes.Status415UnsupportedMediaType => new RefusalException(status, "media-type", "Send application/json."),
        _ => new RefusalException(status, "refused", "The request was refused."),
    };

    private RefusalException Unexpected(HttpContext http, Exception failure)
    {
        Failed(log, failure, http.Request.Method, http.Request.Path);
        return new RefusalException(StatusCodes.Status500InternalServerError, "fault", "The server failed; its log says how.");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void Failed(ILogger log, Exception failure, string method, string path);
}
