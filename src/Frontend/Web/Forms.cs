using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Web;

/// <summary>Forms of pages without script: bounded, and sent from our own pages only.</summary>
internal static class Forms
{
    private const string CsrfCookie = "fleet_csrf";
    private const int BytesMax = 65_536;

    /// <summary>Null = none, too large, or not to be read.</summary>
    public static async Task<IFormCollection?> ReadAsync(HttpContext http)
    {
        try
        {
            return http.Request.HasFormContentType && http.Request.ContentLength is null or <= BytesMax ? await http.Request.ReadFormAsync(http.RequestAborted) : null;
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>The cookie and the field must agree: another site can send the form, not read the page (double submit).</summary>
    public static bool IsGenuine(HttpContext http, IFormCollection form) =>
        http.Request.Cookies[CsrfCookie] is { Length: > 0 } cookie
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(cookie), Encoding.UTF8.GetBytes(form["csrf"].ToString()));

    /// <summary>What the form's hidden field <c>csrf</c> must hold; sets the cookie where there is none. Path: the pages that it is for.</summary>
    public static string Csrf(HttpContext http, TrustedProxies proxies, string path)
    {
        if (http.Request.Cookies[CsrfCookie] is { Length: 43 } known)
            return known;
        var fresh = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        http.Response.Cookies.Append(CsrfCookie, fresh, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = proxies.IsSecure(http),
            Path = path,
        });
        return fresh;
    }
}
