using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Mdm.Fleet.Frontend.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mdm.Fleet.Frontend.Web;

/// <summary>A form as it was sent: its fields where they could be read, and why it is not obeyed; null = it is genuine.</summary>
internal sealed record ReceivedForm(IFormCollection? Fields, SignInRefusalCode? Refusal)
{
    /// <summary>What a page answers: a refused form is a page like any other, but for a body that none of our forms sends.</summary>
    public int? Status => Refusal?.Status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType ? Refusal.Status : null;
}

/// <summary>Forms of pages without script: bounded before anything is read, and sent from our own pages only.</summary>
internal static class Forms
{
    private const string CsrfCookie = "fleet_csrf";
    private const string Type = "application/x-www-form-urlencoded";
    private const int BytesMax = 65_536;

    private static readonly FormOptions Limits = new() { ValueCountLimit = 32, KeyLengthLimit = 128, ValueLengthLimit = 16_384 };

    private static readonly SignInRefusalCode TooLarge = new("too-large", StatusCodes.Status413PayloadTooLarge);
    private static readonly SignInRefusalCode NoForm = new("not-a-form", StatusCodes.Status415UnsupportedMediaType);
    private static readonly SignInRefusalCode Foreign = new("csrf", StatusCodes.Status400BadRequest);

    /// <summary>Reads the fields, of at most 64 KiB: people who are not known yet send them.</summary>
    public static async Task<ReceivedForm> ReadAsync(HttpContext http)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !string.Equals(type.MediaType, Type, StringComparison.OrdinalIgnoreCase))
            return new ReceivedForm(null, NoForm);
        if (http.Request.ContentLength > BytesMax)
            return new ReceivedForm(null, TooLarge);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = BytesMax;
        try
        {
            var fields = await http.Request.ReadFormAsync(Limits, http.RequestAborted);
            return new ReceivedForm(fields, IsGenuine(http, fields) ? null : Foreign);
        }
        catch (InvalidDataException)
        {
            return new ReceivedForm(null, TooLarge);
        }
        catch (BadHttpRequestException refused)
        {
            return new ReceivedForm(null, refused.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge : Foreign);
        }
    }

    /// <summary>The cookie and the field must agree: another site can send the form, not read the page (double submit).</summary>
    private static bool IsGenuine(HttpContext http, IFormCollection form) =>
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
