using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Mdm.Fleet.Bench.Fleets;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Bench;

/// <summary>Imports by CSV over HTTP: people without passwords, enrolled devices by serial number, devices that are yet to come; each file twice.</summary>
internal static class ImportBench
{
    private const int TargetSeconds = 20;

    /// <summary>Arguments: [rows] [postgres:CONNECTION].</summary>
    public static async Task RunAsync(string[] args)
    {
        var rows = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var store = args.Length > 1 ? args[1] : null;
        var folder = Directory.CreateTempSubdirectory("mdm-fleet-bench").FullName;
        var ca = Path.Combine(folder, "devices.pem");
        await LoadProcess.CertificatesAsync("1", ca);
        try
        {
            await PrepareAsync(folder, ca, store);
            await SeededFleet.WriteAsync(StoreOptions.Parse(store ?? $"sqlite:{folder}"), rows, spares: 0);
            await using var server = await ServerUnderTest.StartAsync(folder, ca, store, keep: true);
            using var api = Api(server);
            await TwiceAsync(server, api, "users", "people", File("userName,displayName,email,groups,room", rows, i => $"person{i:D7},Person {i},person{i}@ward.example,nurses,{i % 500}"), rows);
            await TwiceAsync(server, api, "devices", "enrolled devices", File("serialNumber,groups,ownership,shelf", rows, i => $"SN{i:D9},loan,user,{i % 90}"), rows);
            await TwiceAsync(server, api, "devices", "expected devices", File("serialNumber,groups,ownership,shelf", rows, i => $"NEW{i:D9},loan,user,{i % 90}"), rows);
            Print($"peak memory {server.PeakMegabytes:F0} MB resident");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task PrepareAsync(string folder, string ca, string? store)
    {
        await using var server = await ServerUnderTest.StartAsync(folder, ca, store, keep: true);
        using var api = Api(server);
        await PostAsync(api, "user-groups", new { name = "Nurses", id = "nurses" });
        await PostAsync(api, "device-groups", new { name = "Loan", id = "loan" });
        await PostAsync(api, "attributes", new { name = "room", scope = "user", type = "number" });
        await PostAsync(api, "attributes", new { name = "shelf", scope = "device", type = "number" });
    }

    private static async Task TwiceAsync(ServerUnderTest server, HttpClient api, string list, string what, byte[] file, int rows)
    {
        for (var run = 1; run <= 2; run++)
        {
            var (clock, cpu) = (Stopwatch.StartNew(), server.CpuSeconds);
            using var content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
            using var answer = await api.PostAsync($"{list}/import", content);
            var report = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
            var seconds = clock.Elapsed.TotalSeconds;
            var summary = report.TrimEnd()[(report.TrimEnd().LastIndexOf('\n') + 1)..];
            Print($"import of {rows} {what}, run {run}: {seconds:F1} s ({TargetSeconds} s for 10000 to reach), {rows / seconds:F0} rows/s, {server.CpuSeconds - cpu:F1} CPU-s; {summary}");
        }
    }

    private static byte[] File(string header, int rows, Func<int, FormattableString> row)
    {
        var file = new StringBuilder(header).Append('\n');
        for (var i = 0; i < rows; i++)
            file.Append(row(i).ToString(CultureInfo.InvariantCulture)).Append('\n');
        return Encoding.UTF8.GetBytes(file.ToString());
    }

    private static async Task PostAsync(HttpClient api, string path, object body)
    {
        var answer = await api.PostAsJsonAsync(path, body);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    private static HttpClient Api(ServerUnderTest server) => new()
    {
        BaseAddress = new Uri(server.Url, "/api/v1/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", server.Token) },
        Timeout = TimeSpan.FromMinutes(30),
    };

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
