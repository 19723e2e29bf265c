using System.Text.Json;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.Shifts;

/// <summary>
/// The main job end to end, as <c>./run --demo N --exit</c> plays it: the server, the simulated iPads and their push service are real
/// processes; what is asserted is what the iPads say, not the server.
/// </summary>
public sealed class ShiftTests : IDisposable
{
    private const int Devices = 5;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-shift-");

    private string Report => Path.Combine(_folder.FullName, "report.json");

    [Fact]
    [Trait("Requirement", "MU-01")]
    [Trait("Requirement", "MU-02")]
    [Trait("Requirement", "MU-03")]
    [Trait("Requirement", "MU-04")]
    [Trait("Requirement", "MU-05")]
    [Trait("Requirement", "MU-06")]
    public async Task A_shift_on_SQLite_leaves_nothing_behind_and_loses_nothing() => AssertHolds(await PlayAsync());

    [Fact]
    [Trait("Requirement", "MU-03")]
    [Trait("Requirement", "MU-04")]
    public async Task A_shift_on_PostgreSQL_leaves_nothing_behind_and_loses_nothing()
    {
        await using var cluster = await PostgresCluster.StartNewAsync();
        AssertHolds(await PlayAsync("--store", "postgres:" + await cluster.NewDatabaseAsync()));
    }

    [Fact]
    [Trait("Requirement", "PR-03")]
    [Trait("Requirement", "BY-01")]
    public async Task On_a_bad_day_with_the_server_killed_in_three_phases_the_same_holds_on_SQLite() => AssertHolds(await PlayAsync(chaos: true));

    [Fact]
    [Trait("Requirement", "PR-03")]
    [Trait("Requirement", "BY-01")]
    public async Task On_a_bad_day_with_the_server_killed_in_three_phases_the_same_holds_on_PostgreSQL()
    {
        await using var cluster = await PostgresCluster.StartNewAsync();
        AssertHolds(await PlayAsync(chaos: true, "--store", "postgres:" + await cluster.NewDatabaseAsync()));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<Played> PlayAsync(params string[] server) => PlayAsync(chaos: false, server);

    private async Task<Played> PlayAsync(bool chaos, params string[] server)
    {
        var port = FreePorts.Next();
        var token = Path.Combine(_folder.FullName, "owner-token");
        string[] arguments =
        [
            "shift", "--url", $"https://127.0.0.1:{port}", "--admin-token-file", token, "--devices", Devices.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "--server-log", Path.Combine(_folder.FullName, "server.log"), "--json", Report, .. chaos ? ["--chaos"] : Array.Empty<string>(),
            "--supervise", "--", "dotnet", BuiltPrograms.Dll("Silo"), "--data", _folder.FullName, "--https", $"127.0.0.1:{port}",
            "--public-url", $"https://127.0.0.1:{port}", "--owner-token-file", token, "--apns-url", "{apns-url}", "--apns-ca", "{apns-ca}", .. server,
        ];
        var (exitCode, output, errors) = await BuiltPrograms.RunAsync("LoadSim", arguments);
        return new Played(exitCode, output, errors, chaos);
    }

    private void AssertHolds(Played played)
    {
        var lines = played.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(played.ExitCode == 0 && lines.Length > 0, $"exit code {played.ExitCode}\n{played.Output}\n{played.Errors}");
        var line = JsonDocument.Parse(lines[^1]).RootElement;
        Assert.Equal(
            ["devices", "signIns", "signOuts", "residue", "lost", "signInToReadyMs"], line.EnumerateObject().Select(member => member.Name));
        Assert.Equal((Devices, 2 * Devices, 2 * Devices), (Number(line, "devices"), Number(line, "signIns"), Number(line, "signOuts")));
        Assert.Equal((0, 0), (Number(line, "residue"), Number(line, "lost")));
        Assert.True(line.GetProperty("signInToReadyMs").GetProperty("p50").GetDouble() > 0);
        if (played.Chaos)
            AssertBadDay(JsonDocument.Parse(File.ReadAllText(Report)).RootElement.GetProperty("chaos"));
    }

    private static void AssertBadDay(JsonElement chaos)
    {
        Assert.True(Number(chaos, "kills") >= 3);
        Assert.All(["enrolment", "beforeReady", "beforeClean"], phase => Assert.True(Number(chaos.GetProperty("killsByPhase"), phase) >= 1, phase));
        Assert.All(["locks", "outages", "refusals"], trouble => Assert.True(Number(chaos, trouble) > 0, trouble));
    }

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private sealed record Played(int ExitCode, string Output, string Errors, bool Chaos);
}
