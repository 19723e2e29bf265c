using System.Diagnostics;
using System.Text.Json;

namespace Mdm.Fleet.Bench;

/// <summary>LoadSim's load as a process of its own.</summary>
internal static class LoadProcess
{
    /// <summary>Makes the devices' certificates and writes their authority to a file.</summary>
    public static Task CertificatesAsync(string devices, string caFile) =>
        StartAsync("certificates", "--url", "http://127.0.0.1:8080", "--devices", devices, "--cert-ca-out", caFile);

    /// <summary>Runs a workload; its report. Errors of single requests are in the report, and said.</summary>
    /// <exception cref="InvalidOperationException">It told no report.</exception>
    public static async Task<JsonElement> RunAsync(string workload, Uri url, string devices, params string[] options)
    {
        var (exitCode, output) = await StartAsync(workload, ["--url", url.ToString(), "--devices", devices, .. options]);
        var line = output.Trim().Split('\n')[^1];
        if (exitCode != 0)
            Console.Error.WriteLine($"{workload}: {line}");
        return line.StartsWith('{') ? JsonDocument.Parse(line).RootElement : throw new InvalidOperationException($"{workload}: no report (exit {exitCode}).");
    }

    private static async Task<(int ExitCode, string Output)> StartAsync(string workload, params string[] options)
    {
        using var load = Process.Start(new ProcessStartInfo(
            "dotnet", [ServerUnderTest.SiblingDll("LoadSim"), "load", "--workload", workload, .. options]) { RedirectStandardOutput = true })!;
        var output = await load.StandardOutput.ReadToEndAsync();
        await load.WaitForExitAsync();
        return (load.ExitCode, output);
    }
}
