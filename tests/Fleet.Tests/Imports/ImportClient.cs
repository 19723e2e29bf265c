using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Imports;

/// <summary>What an import answered: a line a row, and the sums.</summary>
internal sealed record Report(IReadOnlyList<JsonObject> Rows, JsonObject Summary)
{
    public IEnumerable<string> Results => Rows.Select(row => row["result"]!.ToString());

    public int Count(string result) => Summary[result]!.GetValue<int>();

    /// <summary>The fields that a row says are wrong.</summary>
    public IEnumerable<string> Fields(int row) => Rows[row]["errors"]!.AsArray().Select(error => error!["field"]!.ToString());

    public string Message(int row) => string.Join(' ', Rows[row]["errors"]!.AsArray().Select(error => error!["message"]!.ToString()));
}

/// <summary>An admin who sends files.</summary>
internal sealed class ImportClient : IDisposable
{
    public ImportClient(TestFleet fleet, string? token = null)
    {
        Http = fleet.Browser();
        Http.BaseAddress = new Uri(fleet.PublicUrl, "/api/v1/");
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token ?? fleet.OwnerToken);
    }

    public HttpClient Http { get; }

    public static HttpContent Csv(byte[] bytes, string type = "text/csv") => new ByteArrayContent(bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };

    public Task<Report> UsersAsync(string csv, string query = "") => ImportAsync("users/import" + query, Encoding.UTF8.GetBytes(csv));

    public Task<Report> DevicesAsync(string csv, string query = "") => ImportAsync("devices/import" + query, Encoding.UTF8.GetBytes(csv));

    public async Task<Report> ImportAsync(string path, byte[] csv)
    {
        using var response = await Http.PostAsync(path, Csv(csv));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        return new Report(lines[..^1], lines[^1]["summary"]!.AsObject());
    }

    public void Dispose() => Http.Dispose();
}
