using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Web;

/// <summary>The headers that every page carries: no frames, no foreign scripts, no sniffing, no referrer, nothing kept.</summary>
public static class SecurityHeaders
{
    /// <summary>For pages without scripts.</summary>
    public const string PagePolicy =
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Sets them; the content policy is the page's own where it needs more.</summary>
    public static void Set(HttpResponse response, string contentPolicy = PagePolicy)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = contentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }
}
