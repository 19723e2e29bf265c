using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mdm.Fleet.LoadSim.Network;

namespace Mdm.Fleet.LoadSim.Admin;

/// <summary>
/// A client of <c>/api/v1</c>. A server that is away, busy or restarting is asked again until <c>patience</c> is over, so that every act here
/// must bear repeating.
/// </summary>
public sealed class AdminApi : IDisposable
{
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly Random _chance;

    public AdminApi(Uri server, string token, TrustedRoots roots, TimeProvider time, TimeSpan patience, int seed)
    {
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = roots.ForClient(), UseCookies = false })
        {
            BaseAddress = new Uri(server, "/api/v1/"),
            Timeout = TimeSpan.FromSeconds(60),
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        (_time, _patience, _chance) = (time, patience, new Random(seed));
    }

    /// <summary>Reads an object; null when there is none (404).</summary>
    /// <exception cref="AdminApiException">The server refused, or stayed away for too long.</exception>
    public Task<JsonObject?> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Creates, and returns the object as the server answered it.</summary>
    public async Task<JsonObject> PostAsync(string path, JsonNode body, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Post, path, body, cancellationToken) ?? throw new AdminApiException($"POST {path}: 404");

    /// <summary>Replaces, or adds a member when there is no body.</summary>
    public async Task<JsonObject> PutAsync(string path, JsonNode? body, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Put, path, body, cancellationToken) ?? throw new AdminApiException($"PUT {path}: 404");

    /// <summary>All objects of a list, page by page (at most 10,000 pages).</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path, CancellationToken cancellationToken)
    {
        var items = new List<JsonObject>();
        string? cursor = null;
        for (var page = 0; page < 10_000; page++)
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var suffix = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var answer = await GetAsync($"{path}{separator}limit=200{suffix}", cancellationToken);
            items.AddRange(answer?["items"]?.AsArray().OfType<JsonObject>() ?? []);
            cursor = answer?["next"]?.GetValue<string>();
            if (cursor is null)
                return items;
        }

        throw new AdminApiException($"GET {path}: the list does not end");
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonObject?> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var startedAt = _time.GetTimestamp();
        var backoff = new Backoff(_chance, TimeSpan.FromSeconds(2));
        while (true)
        {
            var (answer, away) = await TryAsync(method, path, body, cancellationToken);
            if (away is null)
                return answer;
            if (_time.GetElapsedTime(startedAt) > _patience)
                throw new AdminApiException($"{method} {path}: no answer within {_patience.TotalSeconds:F0} s ({away})");
            await Task.Delay(backoff.Next(), _time, cancellationToken);
        }
    }

    private async Task<(JsonObject? Answer, string? Away)> TryAsync(
        HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return (null, null);
            if (response.StatusCode == HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500)
                return (null, $"{(int)response.StatusCode} {Shorten(text)}");
            return response.IsSuccessStatusCode
                ? (text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? [], null)
                : throw new AdminApiException($"{method} {path}: {(int)response.StatusCode} {Shorten(text)}", response.StatusCode);
        }
        catch (HttpRequestException away)
        {
            return (null, away.Message);
        }
        catch (TaskCanceledException slow) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, slow.Message);
        }
    }

    private static string Shorten(string text) => text.Length <= 300 ? text : text[..300];
}

/// <summary>The admin API refused an act, or stayed away.</summary>
public sealed class AdminApiException(string message, HttpStatusCode? status = null) : Exception(message)
{
    public HttpStatusCode? Status { get; } = status;
}
