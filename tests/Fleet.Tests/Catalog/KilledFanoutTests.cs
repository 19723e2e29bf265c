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

    /// <summary>The next one is distributed when the one before has reached every device: a fast machine needs more of them.</summary>
    private static readonly string[] Changes = [.. Enumerable.Range(1, Kills).Select(number => $"change-{number}")];

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
            foreach (var id in Changes)
                await PostAsync(api, "configurations", new { name = id, id, content = new { kind = "webClip", url = "https://ward.example/", label = id } });
        });
        var store = StoreOptions.Parse($"sqlite:{_folder.FullName}");
        await SeededFleet.WriteAsync(store, Devices, Spares);

        var (chance, distributed) = (new Random(6), 0);
        for (var kill = 0; kill < Kills; kill++)
            await WithServerAsync(async api =>
            {
                if (distributed > 0 && await IsUnderWayAsync(api, chance.Next(1, LooksMax)))
                    return;
                await DistributeAsync(api, Changes[distributed++]);
                Assert.True(await IsUnderWayAsync(api, looks: 1), "The change had reached every device before the kill.");
            });
        await WithServerAsync(async api =>
        {
            while (await IsUnderWayAsync(api, looks: 1))
                continue;
        });

        foreach (var change in Changes.Take(distributed))
        {
            var queued = await SeededFleet.QueuedAsync(store, ItemId.Parse(change));
            Assert.Equal(Devices, queued.Count);
            Assert.All(queued, device => Assert.Equal(1, device.Value));
            Assert.DoesNotContain(queued, device => string.CompareOrdinal(device.Key, $"SEEDED-{Devices:D7}") >= 0);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>
    /// Looks a few times, so that the kill that follows comes at a point of its own; false = the change has reached every device meanwhile, and
    /// another one is needed to be killed in the middle of.
    /// </summary>
    private static async Task<bool> IsUnderWayAsync(HttpClient api, int looks)
    {
        while (looks-- > 0)
        {
            if (await LookAsync(api) is { UnderWay.Length: 0, DevicesToPlan: 0 })
                return false;
        }

        return true;
    }

    private static async Task DistributeAsync(HttpClient api, string id) => (await api.PutAsJsonAsync(
        $"configurations/{id}/distribution",
        new { to = "custom", userGroups = new[] { "everyone" }, exceptDeviceGroups = new[] { SeededFleet.Spare.Value } })).EnsureSuccessStatusCode();

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
