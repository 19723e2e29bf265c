using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>The version of an object: in it, in the ETag header, and in If-Match of a change.</summary>
internal static class Etags
{
    /// <summary>What the caller last read; null = the change is for whatever version there is.</summary>
    public static string? Expected(HttpContext http)
    {
        var text = http.Request.Headers.IfMatch.ToString().Trim();
        return text is "" or "*" ? null : text.Trim('"');
    }

    public static void Show(HttpContext http, string etag) => http.Response.Headers.ETag = $"\"{etag}\"";
}
