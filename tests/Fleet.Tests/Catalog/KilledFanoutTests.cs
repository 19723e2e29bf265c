using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Mdm.Fleet.Bench.Fleets;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Fleet.Tests.Shifts;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.Catalog;

/// <summary>A change on its way to a fleet outlives its server: killed by SIGKILL again and again, every device concerned has its command once.</summary>
public sealed class KilledFanoutTests : IDisposable
{
    private const int Devices = 20_000;
    private const int Spares = 200;
    private const int Kills = 10;
    private const int LooksMax = 12;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-fanout-");
    private readonly int _port = FreePorts.Next();

    private string TokenFile => Path.Combine(_folder.FullName, "owner-token");

    [Fact]
    [Trait("Requirement", "UG-06")]
    public async Task Every_device_concerned_gets_its_command_once_and_no_other_gets_one_however_often_the_server_is_killed()
    {
        await SharedKeys.CopyAsync(_folder.FullName);
        await WithServerAsync(async api =>
        {
            await PostAsync(api, "device-groups", new { name = "Spare", id = SeededFleet.Spare.Value });
            await PostAsync(api, "configurations", new { name = "Change", id = "change", content = new { kind = "webClip", url = "https://ward.example/", label = "Change" } });
        });
        var store = StoreOptions.Parse($"sqlite:{_folder.FullName}");
        await SeededFleet.WriteAsync(store, Devices, Spares);

        var chance = new Random(6);
        var change = new { to = "custom", userGroups = new[] { "everyone" }, exceptDeviceGroups = new[] { SeededFleet.Spare.Value } };
        await WithServerAsync(async api =>
        {
            (await api.PutAsJsonAsync("configurations/change/distribution", change)).EnsureSuccessStatusCode();
            await AssertUnfinishedAsync(api, chance.Next(1, LooksMax));
        });
        for (var kill = 1; kill < Kills; kill++)
            await WithServerAsync(api => AssertUnfinishedAsync(api, chance.Next(1, LooksMax)));
        await WithServerAsync(async api =>
        {
            while (!IsFinished(await LookAsync(api)))
                continue;
        });

        var queued = await SeededFleet.QueuedAsync(store, ItemId.Parse("change"));
        Assert.Equal(Devices, queued.Count);
        Assert.All(queued, device => Assert.Equal(1, device.Value));
        Assert.DoesNotContain(queued, device => string.CompareOrdinal(device.Key, $"SEEDED-{Devices:D7}") >= 0);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Looks a few times, so that the kill that follows comes at a point of its own, and in the middle of the work.</summary>
    private static async Task AssertUnfinishedAsync(HttpClient api, int looks)
    {
        var seen = await LookAsync(api);
        while (--looks > 0)
            seen = await LookAsync(api);
        Assert.False(IsFinished(seen), "The change had reached every device before the kill.");
    }

    private static bool IsFinished(Progress progress) => progress is { UnderWay.Length: 0, DevicesToPlan: 0 };

    private static async Task<Progress> LookAsync(HttpClient api) => (await api.GetFromJsonAsync<Progress>("catalog", JsonSerializerOptions.Web))!;

    private static async Task PostAsync(HttpClient api, string path, object body) => (await api.PostAsJsonAsync(path, body)).EnsureSuccessStatusCode();

    /// <summary>Starts the server, does something with it, and kills it.</summary>
    private async Task WithServerAsync(Func<HttpClient, Task> act)
    {
        using var server = await StartAsync();
        try
        {
            using var api = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}/api/v1/") };
            api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(TokenFile)).Trim());
            await act(api);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    private async Task<Process> StartAsync()
    {
        string[] arguments =
        [
            BuiltPrograms.Dll("Silo"), "--data", _folder.FullName, "--https", "off", "--http", $"{_port}", "--public-url", $"https://127.0.0.1:{_port}", "--owner-token-file", TokenFile,
        ];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Mdm.Fleet listens on", StringComparison.Ordinal))
                return process;
        }

        throw new InvalidOperationException("The server did not start.");
    }

    private sealed record Progress(long Revision, long[] UnderWay, int DevicesToPlan);
}
