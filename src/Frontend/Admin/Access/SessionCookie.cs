using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Mdm.Fleet.Frontend.Web;
using Mdm.Fleet.Storage.Secrets;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Frontend.Admin.Access;

/// <summary>The console's session: the hash of the token and the time it ends, sealed by the installation's key. Nothing is stored.</summary>
public sealed class SessionCookie(SecretBox box, TrustedProxies proxies, TimeProvider time)
{
    public const string Name = "fleet_session";

    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    /// <summary>Begins a session.</summary>
    public void Set(HttpContext http, string tokenKey)
    {
        var until = time.GetUtcNow() + Life;
        var text = string.Create(CultureInfo.InvariantCulture, $"{until.ToUnixTimeSeconds()}.{tokenKey}");
        http.Response.Cookies.Append(Name, Base64Url.EncodeToString(box.Seal(Encoding.ASCII.GetBytes(text), Name)), Options(http, until));
    }

    /// <summary>Ends it.</summary>
    public void Clear(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, null));

    /// <summary>The hash of the token of a session that has not ended; null = there is none.</summary>
    public string? TokenKey(HttpContext http)
    {
        if (http.Request.Cookies[Name] is not { Length: > 0 and < 512 } value || Open(value) is not { } text)
            return null;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && long.TryParse(text.AsSpan(0, dot), CultureInfo.InvariantCulture, out var until)
            && DateTimeOffset.FromUnixTimeSeconds(until) > time.GetUtcNow() ? text[(dot + 1)..] : null;
    }

    private string? Open(string value)
    {
        try
        {
            return Encoding.ASCII.GetString(box.Open(Base64Url.DecodeFromChars(value), Name));
        }
        catch (Exception foreign) when (foreign is FormatException or SecretUnreadableException)
        {
            return null;
        }
    }

    private CookieOptions Options(HttpContext http, DateTimeOffset? until) => new()
    {
        HttpOnly = true,
        Secure = proxies.IsSecure(http),
        SameSite = SameSiteMode.Strict,
        Path = "/",
        Expires = until,
    };
}
