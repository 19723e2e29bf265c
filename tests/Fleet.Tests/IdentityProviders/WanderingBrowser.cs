using System.Net;
using System.Text.RegularExpressions;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.IdentityProviders;

/// <summary>
/// A browser without scripts that goes from site to site: it follows redirects, links and forms, and keeps cookies as browsers do, the
/// strict ones away from requests that another site caused.
/// </summary>
internal sealed partial class WanderingBrowser(TestFleet fleet) : IDisposable
{
    private const int RedirectsMax = 10;

    private readonly HttpClient _http = new(new SocketsHttpHandler { SslOptions = fleet.Roots.ForClient(), UseCookies = false, AllowAutoRedirect = false });

    public CookieJar Cookies { get; } = new();

    public Uri Url { get; private set; } = new("about:blank");

    public string Html { get; private set; } = "";

    public string? ContentPolicy { get; private set; }

    /// <summary>All addresses asked for, in order.</summary>
    public List<Uri> Visited { get; } = [];

    public string State => Match(StateOf());

    public string Error => Match(ErrorOf());

    /// <summary>The provider asks who it is.</summary>
    public bool IsAsked => Html.Contains("name=\"password\"", StringComparison.Ordinal) && Url.AbsolutePath.StartsWith("/interaction/", StringComparison.Ordinal);

    public Task OpenAsync(Uri url) => GoAsync(new HttpRequestMessage(HttpMethod.Get, url), from: null);

    /// <summary>Stops at the redirect that leads to an address, and does not go there.</summary>
    public Func<Uri, bool> StopsBefore { get; set; } = _ => false;

    /// <summary>Presses the page's first button of a provider.</summary>
    public Task PressAsync(string provider)
    {
        var link = Links().Matches(Html).First(match => match.Groups[1].Value == provider);
        return GoAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(Url, WebUtility.HtmlDecode(link.Groups[2].Value))), Url);
    }

    public Task SubmitAsync(Uri action, params (string Name, string Value)[] fields)
    {
        var form = Hidden().Matches(Html).ToDictionary(input => input.Groups[1].Value, input => WebUtility.HtmlDecode(input.Groups[2].Value));
        foreach (var (name, value) in fields)
            form[name] = value;
        return GoAsync(new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(form) }, Url);
    }

    /// <summary>Proves who it is at the provider. Where that ends another's session there, the provider's page wants to be sent on.</summary>
    public async Task ProveAsync(string login, string password = OidcPeer.Password)
    {
        await SubmitAsync(Url, ("login", login), ("password", password), ("act", "in"));
        if (SubmitsItself().Match(Html) is { Success: true } form)
            await SubmitAsync(new Uri(Url, form.Groups[1].Value));
    }

    public Task CancelAsync() => SubmitAsync(Url, ("act", "cancel"));

    public void Dispose() => _http.Dispose();

    private async Task GoAsync(HttpRequestMessage request, Uri? from)
    {
        var isSameSite = from is null || from.Host == request.RequestUri!.Host;
        for (var hops = 0; hops < RedirectsMax; hops++)
        {
            var url = request.RequestUri!;
            Visited.Add(url);
            isSameSite &= from is null || from.Host == url.Host;
            using var asked = request;
            request.Headers.Add("Accept", "text/html");
            if (Cookies.For(url, isSameSite) is { Length: > 0 } cookies)
                request.Headers.Add("Cookie", cookies);
            using var response = await _http.SendAsync(request);
            Cookies.Take(url, response);
            if (response.Headers.Location is not { } location || StopsBefore(new Uri(url, location)))
            {
                (Url, Html) = (response.Headers.Location is { } next ? new Uri(url, next) : url, await response.Content.ReadAsStringAsync());
                ContentPolicy = response.Headers.TryGetValues("Content-Security-Policy", out var policy) ? string.Join(' ', policy) : null;
                return;
            }

            request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, location));
        }

        Assert.Fail("It is sent round in circles.");
    }

    private string Match(Regex pattern) => pattern.Match(Html).Groups[1].Value;

    [GeneratedRegex("<main data-state=\"([a-z]+)\"")]
    private static partial Regex StateOf();

    [GeneratedRegex("data-error=\"([a-z-]+)\"")]
    private static partial Regex ErrorOf();

    [GeneratedRegex("data-provider=\"([a-z0-9-]+)\" href=\"([^\"]+)\"")]
    private static partial Regex Links();

    [GeneratedRegex("<title>Submitting Callback</title>[\\s\\S]*<form method=\"post\" action=\"([^\"]+)\"")]
    private static partial Regex SubmitsItself();

    [GeneratedRegex("<input type=\"hidden\" name=\"(\\w+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
