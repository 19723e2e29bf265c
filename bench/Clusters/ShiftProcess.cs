using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mdm.Fleet.Bench.Clusters;

/// <summary>LoadSim's shift as a process of its own, with its push service.</summary>
internal sealed partial class ShiftProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly string _folder;
    private volatile int _signedIn;

    private ShiftProcess(Process process, string folder)
    {
        (_process, _folder) = (process, folder);
        process.ErrorDataReceived += (_, line) => Watch(line.Data);
        process.Start();
        process.BeginErrorReadLine();
        _output = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Sign-ins so far, three seconds late at most.</summary>
    public int SignedIn => _signedIn;

    public bool HasEnded => _process.HasExited;

    public string TimelineFile => Path.Combine(_folder, "timeline.jsonl");

    /// <summary>The push service's authority, once it runs.</summary>
    public static string ApnsCaFile(string folder) => Path.Combine(folder, "apns-ca.pem");

    /// <summary>Starts it and waits for its push service.</summary>
    public static async Task<ShiftProcess> StartAsync(string folder, Uri url, int devices, int turns, int apnsPort, string ownerTokenFile, params string[] more)
    {
        var shift = new ShiftProcess(
            new Process
            {
                StartInfo = new ProcessStartInfo(
                    "dotnet",
                    [
                        ServerUnderTest.SiblingDll("LoadSim"), "shift", "--url", url.ToString(), "--devices", Text(devices), "--turns", Text(turns), "--patience", Text(Math.Max(300, devices)),
                        "--admin-token-file", ownerTokenFile, "--apns-port", Text(apnsPort), "--apns-ca-out", ApnsCaFile(folder),
                        "--timeline", Path.Combine(folder, "timeline.jsonl"), "--json", Path.Combine(folder, "report.json"), .. more,
                    ]) { RedirectStandardOutput = true, RedirectStandardError = true },
            },
            folder);
        while (!File.Exists(ApnsCaFile(folder)))
        {
            if (shift.HasEnded)
                throw new InvalidOperationException("LoadSim ended before it began.");
            await Task.Delay(50);
        }

        return shift;
    }

    /// <summary>Waits until so many people have signed in, or the shift is over.</summary>
    public async Task UntilSignedInAsync(int people)
    {
        while (_signedIn < people && !HasEnded)
            await Task.Delay(100);
    }

    /// <summary>The report; the exit code says whether all held.</summary>
    public async Task<(int ExitCode, JsonElement Report)> EndAsync()
    {
        var output = await _output;
        await _process.WaitForExitAsync();
        return (_process.ExitCode, JsonDocument.Parse(output.Trim().Split('\n')[^1]).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasEnded)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Watch(string? line)
    {
        if (line is null)
            return;
        Console.Error.WriteLine(line);
        if (SignedInSoFar().Match(line) is { Success: true } match)
            _signedIn = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"signed in (\d+)")]
    private static partial Regex SignedInSoFar();
}
