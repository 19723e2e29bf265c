using System.Net;
using System.Text.RegularExpressions;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.SignIn;

/// <summary>A browser without scripts: it follows redirects, keeps cookies, and fills in the one form that a page has.</summary>
internal sealed partial class PlainBrowser : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _url;

    /// <summary>With an address, as a trusted proxy forwards its requests.</summary>
    public PlainBrowser(TestFleet fleet, string signInToken, string language = "en", IPAddress? forwardedFor = null)
    {
        _url = new Uri(fleet.PublicUrl, $"/signin/{signInToken}");
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = fleet.Roots.ForClient(), CookieContainer = new CookieContainer() });
        _http.DefaultRequestHeaders.Add("Accept", "text/html");
        _http.DefaultRequestHeaders.Add("Accept-Language", language);
        if (forwardedFor is not null)
            _http.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor.ToString());
    }

    public string Html { get; private set; } = "";

    public HttpStatusCode Status { get; private set; }

    /// <summary>When the server says to come back; null = it does not.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>The hidden fields of the page's forms, which hold the same under the same name.</summary>
    public IReadOnlyList<(string Name, string Value)> Form => [.. Hidden().Matches(Html).Select(input => (input.Groups[1].Value, WebUtility.HtmlDecode(input.Groups[2].Value))).Distinct()];

    /// <summary>free, preparing, ready or unavailable.</summary>
    public string State => Match(StateOf());

    /// <summary>The code of the refusal on the page; empty = there is none.</summary>
    public string Error => Match(ErrorOf());

    public Task OpenAsync(string query = "") => SendAsync(new HttpRequestMessage(HttpMethod.Get, _url + query));

    public Task SignInAsync(string userName, string password) => SubmitAsync("in", ("userName", userName), ("password", password));

    public Task SignOutAsync() => SubmitAsync("out");

    /// <summary>The optional apps on the page: id to state.</summary>
    public IReadOnlyDictionary<string, string> Offered => App().Matches(Html).ToDictionary(app => app.Groups[2].Value, app => app.Groups[1].Value);

    /// <summary>Posts a form with the page's hidden fields; one that is given here takes the place of the page's.</summary>
    public Task SubmitAsync(string action, params (string Name, string Value)[] fields)
    {
        var form = Form.ToDictionary();
        foreach (var (name, value) in fields)
            form[name] = value;
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{_url}/{action}") { Content = new FormUrlEncodedContent(form) });
    }

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request);
            Status = response.StatusCode;
            RetryAfter = response.Headers.RetryAfter?.Delta;
            Html = await response.Content.ReadAsStringAsync();
            Assert.Contains("frame-ancestors 'none'", string.Join(' ', response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.DoesNotContain("<script", Html, StringComparison.OrdinalIgnoreCase);
        }
    }

    private string Match(Regex pattern) => pattern.Match(Html).Groups[1].Value;

    [GeneratedRegex("<main data-state=\"([a-z]+)\"")]
    private static partial Regex StateOf();

    [GeneratedRegex("data-error=\"([a-z-]+)\"")]
    private static partial Regex ErrorOf();

    [GeneratedRegex("<li class=\"([a-z]+)\" data-app=\"([^\"]+)\"")]
    private static partial Regex App();

    [GeneratedRegex("<input type=\"hidden\" name=\"(\\w+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
