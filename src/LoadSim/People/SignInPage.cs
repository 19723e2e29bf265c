using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mdm.Fleet.LoadSim.Network;

namespace Mdm.Fleet.LoadSim.People;

/// <summary>
/// The web clip's browser in its JSON form: reads the page, fills in the form, keeps the cookies. The URL is the one that stands in the
/// device's web clip. A refusal throws <see cref="SignInRefusedException"/>; a server that is away throws <see cref="HttpRequestException"/>.
/// </summary>
public sealed class SignInPage : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _url;

    public SignInPage(Uri url, TrustedRoots roots)
    {
        _url = url;
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = roots.ForClient(), CookieContainer = new CookieContainer() })
        {
            Timeout = TimeSpan.FromSeconds(60),
        };
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    /// <summary>What the page shows now.</summary>
    public async Task<SignInState> ReadAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(_url, cancellationToken);
        var page = await AnswerOf(response, cancellationToken);
        return new SignInState(
            page["state"]?.GetValue<string>() ?? "unavailable",
            page["userName"]?.GetValue<string>(),
            page["epoch"]?.GetValue<long>() ?? 0,
            page["csrf"]?.GetValue<string>() ?? "",
            page["handOver"]?["state"]?.GetValue<string>());
    }

    /// <summary>Sends the sign-in form. Returns when the server answered 2xx.</summary>
    public Task SignInAsync(SignInState page, string userName, string password, CancellationToken cancellationToken) =>
        PostAsync("in", [new("userName", userName), new("password", password), new("csrf", page.Csrf)], cancellationToken);

    /// <summary>Sends the sign-out form of the session that the page showed. Returns when the server answered 2xx.</summary>
    public Task SignOutAsync(SignInState page, CancellationToken cancellationToken) =>
        PostAsync("out", [new("csrf", page.Csrf), new("session", $"{page.Epoch}")], cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(string act, KeyValuePair<string, string>[] form, CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent(form);
        using var response = await _http.PostAsync($"{_url.AbsoluteUri.TrimEnd('/')}/{act}", content, cancellationToken);
        await AnswerOf(response, cancellationToken);
    }

    private static async Task<JsonObject> AnswerOf(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if ((int)response.StatusCode >= 500)
            throw new HttpRequestException($"The sign-in page answered {(int)response.StatusCode}.", null, response.StatusCode);
        var body = ParseOrEmpty(text);
        if (!response.IsSuccessStatusCode)
            throw new SignInRefusedException((int)response.StatusCode, body["code"]?.ToString() ?? "?", body["detail"]?.ToString() ?? "");
        return body;
    }

    private static JsonObject ParseOrEmpty(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}

/// <summary>The page refused an act; the code is the server's.</summary>
public sealed class SignInRefusedException(int status, string code, string detail)
    : Exception($"The sign-in page refused: {status} {code} {detail}".TrimEnd())
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
