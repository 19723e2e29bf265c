using System.Net;
using System.Text.RegularExpressions;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Mail;

/// <summary>A browser without scripts at the link of an invitation.</summary>
internal sealed partial class InvitationBrowser : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _link;

    public InvitationBrowser(TestFleet fleet, string link, string language = "en", string? forwardedFor = null)
    {
        _link = link;
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = fleet.Roots.ForClient(), CookieContainer = new CookieContainer() });
        _http.DefaultRequestHeaders.Add("Accept-Language", language);
        if (forwardedFor is not null)
            _http.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
    }

    public string Html { get; private set; } = "";

    public HttpStatusCode Status { get; private set; }

    /// <summary>open, done, used, expired, unknown or locked.</summary>
    public string State => StateOf().Match(Html).Groups[1].Value;

    /// <summary>The code of the refusal on the page; empty = there is none.</summary>
    public string Error => ErrorOf().Match(Html).Groups[1].Value;

    public Task OpenAsync() => SendAsync(new HttpRequestMessage(HttpMethod.Get, _link));

    public Task SetAsync(string password, string again) => SubmitAsync(("password", password), ("again", again));

    /// <summary>Posts the form with the page's csrf field, unless one is given.</summary>
    public Task SubmitAsync(params (string Name, string Value)[] fields)
    {
        var form = new Dictionary<string, string> { ["csrf"] = Csrf().Match(Html).Groups[1].Value };
        foreach (var (name, value) in fields)
            form[name] = value;
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, _link) { Content = new FormUrlEncodedContent(form) });
    }

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request);
            Status = response.StatusCode;
            Html = await response.Content.ReadAsStringAsync();
            Assert.Contains("frame-ancestors 'none'", string.Join(' ', response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
            Assert.DoesNotContain("<script", Html, StringComparison.OrdinalIgnoreCase);
        }
    }

    [GeneratedRegex("<main data-state=\"([a-z]+)\"")]
    private static partial Regex StateOf();

    [GeneratedRegex("data-error=\"([a-z-]+)\"")]
    private static partial Regex ErrorOf();

    [GeneratedRegex("name=\"csrf\" value=\"([^\"]*)\"")]
    private static partial Regex Csrf();
}
