using System.Diagnostics;
using System.Globalization;
using System.Net;
using Mdm.Fleet.LoadSim.Chaos;

namespace Mdm.Fleet.Bench.Clusters;

/// <summary>One server process, a silo of a cluster or an embedded host, on HTTPS with a plain listener for its health.</summary>
internal sealed class Silo : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _log;
    private volatile string _last = "";

    private Silo(Process process, StreamWriter log, SiloPlan plan)
    {
        (_process, _log, Plan) = (process, log, plan);
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public SiloPlan Plan { get; }

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the process; <see cref="ReadyAsync"/> says when it serves.</summary>
    public static Silo Start(SiloPlan plan)
    {
        Directory.CreateDirectory(plan.Folder);
        var log = new StreamWriter(Path.Combine(plan.Folder, "log"), append: true) { AutoFlush = true };
        string[] command = [.. plan.Command()];
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command.Skip(1))
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["MDM_MASTER_KEY"] = plan.MasterKey },
            },
        };
        return new Silo(process, log, plan);
    }

    /// <summary>Waits until it says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended, or is not ready within two minutes.</exception>
    public async Task ReadyAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromMinutes(2))
        {
            if (HasEnded)
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{Plan.Name} ended with {ExitCode}; its words are in {Plan.Folder}."));
            try
            {
                if ((await http.GetAsync(new Uri($"http://{Plan.Health}/health/ready"))).IsSuccessStatusCode)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException($"{Plan.Name} is not ready within two minutes; its words are in {Plan.Folder}.");
    }

    /// <summary>Waits until it ends by itself, no longer than a limit; the last line that it said.</summary>
    public async Task<string> EndedAsync(TimeSpan limit)
    {
        await _process.WaitForExitAsync().WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _last;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and how long it took to end.</summary>
    public async Task<TimeSpan> StopAsync()
    {
        var clock = Stopwatch.StartNew();
        if (!Signals.Terminate(_process))
            throw new InvalidOperationException($"{Plan.Name} can't be told to stop.");
        await _process.WaitForExitAsync();
        return clock.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasEnded)
            await KillAsync();
        _process.Dispose();
        await _log.DisposeAsync();
    }

    private void Log(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.WriteLine(_last = line);
    }
}

/// <summary>What one process of a cluster is started with.</summary>
/// <param name="All">The cluster's folder: the owner token and the push service's authority are there, and a folder a process.</param>
/// <param name="Apns">The push service.</param>
/// <param name="Https">Where devices and admins come.</param>
/// <param name="Health">Its plain listener for health and metrics.</param>
internal sealed record SiloPlan(
    string Name, string All, string MasterKey, string Store, Uri PublicUrl, Uri Apns, IPEndPoint Https, IPEndPoint Health, int SiloPort, int GatewayPort)
{
    /// <summary>Another build of the server than the one beside this build; null = that one, as a silo.</summary>
    public string? EmbeddedDll { get; init; }

    /// <summary>The cluster that it belongs to.</summary>
    public string ClusterId { get; init; } = "fleet";

    /// <summary>What stands before <c>dotnet</c>, such as a command that enters a network namespace.</summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];

    /// <summary>Where its data and its words go.</summary>
    public string Folder => Path.Combine(All, Name);

    /// <summary>The owner's token, which the first process writes.</summary>
    public static string OwnerTokenFile(string all) => Path.Combine(all, "owner-token");

    /// <summary>The whole command line.</summary>
    public IEnumerable<string> Command() =>
    [
        .. Prefix, "dotnet", EmbeddedDll ?? ServerUnderTest.SiblingDll("Silo"), "--data", Path.Combine(Folder, "data"), "--store", Store,
        "--public-url", PublicUrl.ToString().TrimEnd('/'), "--https", Https.ToString(), "--metrics", Health.ToString(),
        "--apns-url", Apns.ToString(), "--apns-ca", ShiftProcess.ApnsCaFile(All), "--owner-token-file", OwnerTokenFile(All),
        .. EmbeddedDll is null ? SiloOptions : [],
    ];

    private string[] SiloOptions =>
        ["--cluster-id", ClusterId, "--silo-port", Text(SiloPort), "--gateway-port", Text(GatewayPort), "--advertise", Https.Address.ToString()];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
