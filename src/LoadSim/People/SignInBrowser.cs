using System.Net;
using Mdm.Fleet.LoadSim.Network;

namespace Mdm.Fleet.LoadSim.People;

/// <summary>
/// The web clip's browser in its plain form: HTML pages, hidden fields, cookies, redirects, no JavaScript. A server that is away throws
/// <see cref="HttpRequestException"/>.
/// </summary>
public sealed class SignInBrowser : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _url;

    public SignInBrowser(Uri url, TrustedRoots roots)
    {
        _url = url;
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = roots.ForClient(), CookieContainer = new CookieContainer() })
        {
            Timeout = TimeSpan.FromSeconds(60),
        };
        _http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    /// <summary>Opens the page of the web clip.</summary>
    public async Task<SignInForm> OpenAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(_url, cancellationToken);
        return await FormOf(response, cancellationToken);
    }

    /// <summary>Fills in the form and sends it; the page that follows.</summary>
    public Task<SignInForm> SignInAsync(SignInForm page, string userName, string password, CancellationToken cancellationToken) =>
        SendAsync("in", [.. page.Hidden, new("userName", userName), new("password", password)], cancellationToken);

    /// <summary>Presses the button to sign out; the page that follows.</summary>
    public Task<SignInForm> SignOutAsync(SignInForm page, CancellationToken cancellationToken) =>
        SendAsync("out", [.. page.Hidden], cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<SignInForm> SendAsync(string act, KeyValuePair<string, string>[] fields, CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent(fields);
        using var response = await _http.PostAsync($"{_url.AbsoluteUri.TrimEnd('/')}/{act}", content, cancellationToken);
        return await FormOf(response, cancellationToken);
    }

    private static async Task<SignInForm> FormOf(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if ((int)response.StatusCode >= 500)
            throw new HttpRequestException($"The sign-in page answered {(int)response.StatusCode}.", null, response.StatusCode);
        return SignInForm.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
    }
}
