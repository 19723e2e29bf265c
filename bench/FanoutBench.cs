using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Mdm.Fleet.Bench.Fleets;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Bench;

/// <summary>
/// A distribution change to a whole fleet: from the admin's PUT until every device concerned has planned and its command is queued, counted
/// from the store afterwards. With kills, the server is killed by SIGKILL at random points of it and started again.
/// </summary>
internal static class FanoutBench
{
    private const int Spares = 1_000;
    private const int TargetSeconds = 30;
    private const int PreviewTargetSeconds = 2;
    private const int KillWithinMilliseconds = 1_500;

    /// <summary>Arguments: [devices] [kills] [postgres:CONNECTION].</summary>
    public static async Task RunAsync(string[] args)
    {
        var devices = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        var kills = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 0;
        var store = args.Length > 2 ? args[2] : null;
        var folder = Directory.CreateTempSubdirectory("mdm-fleet-bench").FullName;
        var options = StoreOptions.Parse(store ?? $"sqlite:{folder}");
        var ca = Path.Combine(folder, "devices.pem");
        await LoadProcess.CertificatesAsync("1", ca);
        try
        {
            await PrepareAsync(folder, ca, store);
            var clock = Stopwatch.StartNew();
            await SeededFleet.WriteAsync(options, devices, Spares);
            Print($"seeded {devices + Spares} devices in {clock.Elapsed.TotalSeconds:F1} s");
            await ChangeAsync(folder, ca, store, kills);
            var queued = await SeededFleet.QueuedAsync(options, ItemId.Parse("change"));
            var once = queued.Values.Count(count => count == 1);
            Print($"counted from the store: {once} devices have exactly one command (expected {devices}), {queued.Count - once} more than one, {queued.Count - Math.Min(queued.Count, devices)} that should have none");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Fifty groups of either kind, twenty configurations distributed to some, and the one that will change.</summary>
    private static async Task PrepareAsync(string folder, string ca, string? store)
    {
        await using var server = await ServerUnderTest.StartAsync(folder, ca, store, keep: true);
        using var api = Api(server);
        await PostAsync(api, "device-groups", new { name = "Spare", id = "spare" });
        for (var i = 0; i < 50; i++)
        {
            await PostAsync(api, "device-groups", new { name = $"Ward {i}", id = $"ward-{i}" });
            await PostAsync(api, "user-groups", new { name = $"Team {i}", id = $"team-{i}" });
        }

        for (var i = 0; i < 20; i++)
        {
            object distribution = i < 8
                ? new { to = "all" }
                : new { to = "custom", userGroups = Some("team", i), deviceGroups = Some("ward", i) };
            await PostAsync(api, "configurations", new { name = $"Web clip {i}", id = $"clip-{i}", content = new { kind = "webClip", url = $"https://ward.example/{i}", label = $"Clip {i}" }, distribution });
        }

        await PostAsync(api, "configurations", new { name = "Change", id = "change", content = new { kind = "webClip", url = "https://ward.example/", label = "Change" } });
    }

    private static async Task ChangeAsync(string folder, string ca, string? store, int kills)
    {
        var chance = new Random(1);
        var server = await ServerUnderTest.StartAsync(folder, ca, store, keep: true);
        try
        {
            using (var api = Api(server))
            {
                if (kills == 0)
                    await PreviewAsync(api);
                Print($"before the change: {server.ResidentMegabytes:F0} MB resident");
            }

            var clock = Stopwatch.StartNew();
            var cpu = server.CpuSeconds;
            using (var api = Api(server))
                (await api.PutAsJsonAsync("configurations/change/distribution", Change)).EnsureSuccessStatusCode();
            var answered = clock.Elapsed.TotalSeconds;
            for (var kill = 1; kill <= kills; kill++)
            {
                await Task.Delay(chance.Next(KillWithinMilliseconds));
                await server.DisposeAsync();
                server = await ServerUnderTest.StartAsync(folder, ca, store, keep: true);
                using var api = Api(server);
                var left = await LeftAsync(api);
                Print($"kill {kill}: {left.DevicesToPlan} devices to plan, {left.UnderWay.Length} fan-outs under way after the restart");
            }

            using (var api = Api(server))
                await DoneAsync(api);
            var seconds = clock.Elapsed.TotalSeconds;
            if (kills > 0)
                Print($"fan-out with {kills} kills: done after {seconds:F1} s");
            else
                Print($"fan-out: answered after {answered:F2} s; every device reconciled and queued after {seconds:F1} s (to reach: {TargetSeconds} s), {server.CpuSeconds - cpu:F0} CPU-s of the server; ratio {TargetSeconds / seconds:F1} x");
            Print($"peak memory {server.PeakMegabytes:F0} MB resident");
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static object Change { get; } = new { to = "custom", userGroups = new[] { "everyone" }, deviceGroups = Array.Empty<string>(), exceptDeviceGroups = new[] { "spare" } };

    private static async Task PreviewAsync(HttpClient api)
    {
        for (var run = 0; run < 3; run++)
        {
            var clock = Stopwatch.StartNew();
            var answer = await api.PostAsJsonAsync("configurations/change/preview", new { distribution = Change });
            var text = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
            var seconds = clock.Elapsed.TotalSeconds;
            Print($"preview {run + 1}: {seconds:F2} s (to reach: {PreviewTargetSeconds} s), ratio {PreviewTargetSeconds / seconds:F1} x; {text[..Math.Min(text.Length, 200)]}");
        }
    }

    /// <summary>Asked again and again, as an operator's script would: /catalog is the one that says it over HTTP, and it can't be waited on. A tenth of a second is less than what is measured varies by.</summary>
    private static async Task DoneAsync(HttpClient api)
    {
        while (await LeftAsync(api) is not { UnderWay.Length: 0, DevicesToPlan: 0 })
            await Task.Delay(100);
    }

    private static async Task<Progress> LeftAsync(HttpClient api) => (await api.GetFromJsonAsync<Progress>("catalog", JsonSerializerOptions.Web))!;

    private static async Task PostAsync(HttpClient api, string path, object body)
    {
        var answer = await api.PostAsJsonAsync(path, body);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    private static string[] Some(string what, int i) => [$"{what}-{i}", $"{what}-{i + 20}"];

    private static HttpClient Api(ServerUnderTest server) => new()
    {
        BaseAddress = new Uri(server.Url, "/api/v1/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", server.Token) },
        Timeout = TimeSpan.FromMinutes(5),
    };

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed record Progress(long Revision, long[] UnderWay, int DevicesToPlan);
}
