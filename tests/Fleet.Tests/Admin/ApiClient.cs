using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>An answer of the API: status, JSON, headers.</summary>
internal sealed record Answer(HttpStatusCode Status, JsonNode? Json, HttpResponseHeaders Headers, string? MediaType)
{
    public string? Code => Json?["code"]?.ToString();

    public string Id => Text("id");

    public string Text(string member) => Json![member]!.ToString();

    /// <summary>Fails the test, with what the server said, unless the status is this one.</summary>
    public Answer Is(HttpStatusCode status)
    {
        Assert.True(Status == status, $"{(int)Status} instead of {(int)status}: {Json?.ToJsonString()}");
        return this;
    }

    /// <summary>An error as every error looks.</summary>
    public Answer Refuses(HttpStatusCode status, string code)
    {
        Is(status);
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal((int)status, Json!["status"]!.GetValue<int>());
        Assert.NotEmpty(Text("title"));
        Assert.NotEmpty(Text("detail"));
        Assert.Equal(code, Code);
        return this;
    }
}

/// <summary>An admin at the API, with a bearer token.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;

    public ApiClient(TestFleet fleet, string? token = null)
    {
        _http = fleet.Browser();
        _http.BaseAddress = new Uri(fleet.PublicUrl, "/api/v1/");
        if (token is not "")
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token ?? fleet.OwnerToken);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answer> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, body, headers);

    public Task<Answer> PutAsync(string path, object? body = null, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Put, path, body, headers);

    public Task<Answer> DeleteAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Delete, path, null, headers);

    /// <summary>Creates, and answers the id.</summary>
    public async Task<string> MakeAsync(string list, object body) => (await PostAsync(list, body)).Is(HttpStatusCode.Created).Id;

    /// <summary>All rows of a list, page by page.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path)
    {
        var rows = new List<JsonObject>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={cursor}")).Is(HttpStatusCode.OK);
            rows.AddRange(page.Json!["items"]!.AsArray().Select(row => row!.AsObject()));
            cursor = page.Json["next"]?.ToString();
        }

        return rows;
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            _ => JsonContent.Create(body),
        };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var type = response.Content.Headers.ContentType?.MediaType;
        return new Answer(response.StatusCode, type?.EndsWith("json", StringComparison.Ordinal) == true ? JsonNode.Parse(text) : null, response.Headers, type);
    }

    public void Dispose() => _http.Dispose();
}
