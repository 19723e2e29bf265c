using System.Net;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Web;

/// <summary>A small page that says one thing.</summary>
internal static class Page
{
    public static Task WriteAsync(HttpResponse response, int status, string title, string text)
    {
        SecurityHeaders.Set(response);
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync($"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{WebUtility.HtmlEncode(title)}</title>
            <style>body {"{"} font: 1.1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem {"}"}</style>
            <main><h1>{WebUtility.HtmlEncode(title)}</h1><p>{WebUtility.HtmlEncode(text)}</p></main>
            </html>

            """);
    }
}
