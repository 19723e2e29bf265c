using System.Net;
using System.Text.RegularExpressions;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Register;

/// <summary>A browser without scripts at the registration page; it does not follow to the profile, which is the device's to open.</summary>
internal sealed partial class RegisterBrowser : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _url;

    public RegisterBrowser(TestFleet fleet, string language = "en")
    {
        _url = new Uri(fleet.PublicUrl, "/register");
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = fleet.Roots.ForClient(), CookieContainer = new CookieContainer(), AllowAutoRedirect = false });
        _http.DefaultRequestHeaders.Add("Accept-Language", language);
    }

    public string Html { get; private set; } = "";

    public HttpStatusCode Status { get; private set; }

    /// <summary>Where the profile is; null = the form was refused.</summary>
    public Uri? Profile { get; private set; }

    /// <summary>The code of the refusal on the page; empty = there is none.</summary>
    public string Error => ErrorOf().Match(Html).Groups[1].Value;

    public Task OpenAsync() => SendAsync(new HttpRequestMessage(HttpMethod.Get, _url));

    public Task RegisterAsync(string userName, string secret, string? csrf = null) => SendAsync(new HttpRequestMessage(HttpMethod.Post, _url)
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["csrf"] = csrf ?? Csrf().Match(Html).Groups[1].Value,
            ["userName"] = userName,
            ["secret"] = secret,
        }),
    });

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request);
            Status = response.StatusCode;
            Profile = response.Headers.Location is { } location ? new Uri(_url, location) : null;
            Assert.Contains("form-action 'self'", string.Join(' ', response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            if (Profile is null)
                Html = await response.Content.ReadAsStringAsync();
            Assert.DoesNotContain("<script", Html, StringComparison.OrdinalIgnoreCase);
        }
    }

    [GeneratedRegex("data-error=\"([a-z-]+)\"")]
    private static partial Regex ErrorOf();

    [GeneratedRegex("name=\"csrf\" value=\"([^\"]*)\"")]
    private static partial Regex Csrf();
}
