using System.Globalization;
using System.Text.Json;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.Shifts;

/// <summary>
/// A small shift: the server, the simulated iPads and their push service are real processes; what is asserted is what the iPads say, not the
/// server.
/// </summary>
internal sealed class PlayedShift : IDisposable
{
    private const int Devices = 5;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-shift-");
    private readonly int _port = FreePorts.Next();

    /// <summary>Where devices, people and admins come: options of the server.</summary>
    public string[] Serving => ["--https", $"127.0.0.1:{_port}"];

    /// <summary>What all servers of an installation are told.</summary>
    public string[] Installation => ["--data", _folder.FullName, "--public-url", Url, "--owner-token-file", TokenFile];

    private string Url => $"https://127.0.0.1:{_port}";

    private string TokenFile => Path.Combine(_folder.FullName, "owner-token");

    private string Report => Path.Combine(_folder.FullName, "report.json");

    /// <summary>Plays a good day on one server, given further options of it.</summary>
    public Task AssertHoldsAsync(params string[] server) => AssertHoldsAsync(chaos: false, [.. Serving, .. server]);

    /// <summary>Plays a day, good or bad, given how the supervised server goes on after what every server of the installation is told.</summary>
    public async Task AssertHoldsAsync(bool chaos, params string[] server)
    {
        string[] arguments =
        [
            "shift", "--url", Url, "--admin-token-file", TokenFile, "--devices", Devices.ToString(CultureInfo.InvariantCulture),
            "--server-log", Path.Combine(_folder.FullName, "server.log"), "--json", Report, .. chaos ? ["--chaos"] : Array.Empty<string>(),
            "--supervise", "--", "dotnet", BuiltPrograms.Dll("Silo"), .. Installation, "--apns-url", "{apns-url}", "--apns-ca", "{apns-ca}", .. server,
        ];
        var (exitCode, output, errors) = await BuiltPrograms.RunAsync("LoadSim", arguments);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(exitCode == 0 && lines.Length > 0, $"exit code {exitCode}\n{output}\n{errors}");
        AssertReport(JsonDocument.Parse(lines[^1]).RootElement);
        if (chaos)
            AssertBadDay(JsonDocument.Parse(await File.ReadAllTextAsync(Report)).RootElement.GetProperty("chaos"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void AssertReport(JsonElement report)
    {
        Assert.Equal(
            ["devices", "signIns", "signOuts", "residue", "lost", "signInToReadyMs"], report.EnumerateObject().Select(member => member.Name));
        Assert.Equal((Devices, 2 * Devices, 2 * Devices), (Number(report, "devices"), Number(report, "signIns"), Number(report, "signOuts")));
        Assert.Equal((0, 0), (Number(report, "residue"), Number(report, "lost")));
        Assert.True(report.GetProperty("signInToReadyMs").GetProperty("p50").GetDouble() > 0);
    }

    private static void AssertBadDay(JsonElement chaos)
    {
        Assert.True(Number(chaos, "kills") >= 3);
        Assert.All(["enrolment", "beforeReady", "beforeClean"], phase => Assert.True(Number(chaos.GetProperty("killsByPhase"), phase) >= 1, phase));
        Assert.All(["locks", "outages", "refusals"], trouble => Assert.True(Number(chaos, trouble) > 0, trouble));
    }

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
