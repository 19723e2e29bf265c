using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace Mdm.Fleet.Bench.Clusters;

/// <summary>One server process of a cluster, or the embedded one, on HTTPS with a plain listener for its health.</summary>
internal sealed class Silo : IAsyncDisposable
{
    private const int Terminate = 15;
    private readonly Process _process;
    private readonly StreamWriter _log;

    private Silo(Process process, StreamWriter log, SiloPlan plan) => (_process, _log, Plan) = (process, log, plan);

    public SiloPlan Plan { get; }

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : _process.TotalProcessorTime.TotalSeconds;
        }
    }

    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>Starts the process; <see cref="ReadyAsync"/> says when it serves.</summary>
    public static Silo Start(SiloPlan plan)
    {
        var log = new StreamWriter(Path.Combine(plan.Folder, $"{plan.Name}.log"), append: true) { AutoFlush = true };
        var start = new ProcessStartInfo(plan.Prefix is [var program, ..] ? program : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MDM_MASTER_KEY"] = plan.MasterKey },
        };
        foreach (var word in plan.Words())
            start.ArgumentList.Add(word);
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Log(log, line.Data);
        process.ErrorDataReceived += (_, line) => Log(log, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
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
        if (SendSignal(_process.Id, Terminate) != 0)
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

    private static void Log(StreamWriter log, string? line)
    {
        if (line is null)
            return;
        lock (log)
            log.WriteLine(line);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SendSignal(int process, int signal);
}

/// <summary>What one process is started with.</summary>
/// <param name="Dll">The server's assembly, of either host.</param>
/// <param name="Folder">Where its data and its words go.</param>
/// <param name="Https">Where devices and admins come.</param>
/// <param name="Health">Its plain listener for health and metrics.</param>
/// <param name="SiloPort">Between silos; null for the embedded host.</param>
internal sealed record SiloPlan(
    string Dll, string Name, string Folder, string MasterKey, string Store, Uri PublicUrl, IPEndPoint Https, IPEndPoint Health, int? SiloPort, int? GatewayPort)
{
    /// <summary>What stands before <c>dotnet</c>, such as a command that enters a network namespace.</summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];

    /// <summary>Further options of the server.</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    /// <summary>The process's arguments.</summary>
    public IEnumerable<string> Words()
    {
        List<string> words =
        [
            .. Prefix.Count == 0 ? [] : Prefix.Skip(1).Append("dotnet"),
            Dll, "--data", Path.Combine(Folder, "data"), "--store", Store, "--public-url", PublicUrl.ToString().TrimEnd('/'), "--https", Https.ToString(),
            "--metrics", Health.ToString(), .. More,
        ];
        if (SiloPort is { } silo && GatewayPort is { } gateway)
            words.AddRange(["--silo-port", Text(silo), "--gateway-port", Text(gateway), "--advertise", Https.Address.ToString()]);
        return words;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
