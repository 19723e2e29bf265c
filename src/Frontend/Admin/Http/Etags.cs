using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Admin.Http;

/// <summary>The version of an object: in it, in the ETag header, and in If-Match of a change.</summary>
internal static class Etags
{
    private const int TriesMax = 3;

    /// <summary>What the caller last read; null = the change is for whatever version there is.</summary>
    public static string? Expected(HttpContext http)
    {
        var text = http.Request.Headers.IfMatch.ToString().Trim();
        return text is "" or "*" ? null : text.Trim('"');
    }

    /// <summary>
    /// A change that keeps what its body leaves out, and so is made of what it read. Without If-Match it is made anew where another one came
    /// in between.
    /// </summary>
    public static async Task<T> AgainAsync<T>(HttpContext http, Func<Task<T>> change)
    {
        for (var triesLeft = TriesMax; ;)
        {
            try
            {
                return await change();
            }
            catch (RefusalException refused) when (refused.Code == RefusalException.StaleCode && Expected(http) is null && triesLeft > 1)
            {
                triesLeft--;
            }
        }
    }

    public static void Show(HttpContext http, string etag) => http.Response.Headers.ETag = $"\"{etag}\"";
}
