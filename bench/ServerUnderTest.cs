using System.Diagnostics;
using System.Globalization;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Bench;

/// <summary>The real server as a process of its own, on plain HTTP behind a "proxy" on the same machine; killed at the end.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    /// <summary>What to do when <see cref="EmbeddedDll"/> finds none.</summary>
    public const string BuildBoth = "Build both first: dotnet build -c Release src/Silo, and this bench with -p:GrainHost=Orleans.";

    private readonly Process _process;
    private readonly string _folder;
    private readonly bool _keep;

    private ServerUnderTest(Process process, string folder, bool keep, Uri url, TimeSpan started)
    {
        (_process, _folder, _keep, Url, Started) = (process, folder, keep, url, started);
    }

    public Uri Url { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan Started { get; }

    public string Token => File.ReadAllText(Path.Combine(_folder, "owner-token")).Trim();

    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>The most it ever held.</summary>
    public double PeakMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / 1048576.0;
        }
    }

    public int ProcessId => _process.Id;

    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Starts on a data folder; store null = SQLite in it; https = the public address, served on this machine; dll = another
    /// build of the server than the one beside this build.</summary>
    public static async Task<ServerUnderTest> StartAsync(string folder, string deviceCa, string? store, bool keep = false, Uri? https = null, string? dll = null, params string[] more)
    {
        var port = FreePorts.Next();
        List<string> words =
        [
            dll ?? SiblingDll("Silo"), "--data", folder, "--http", $"127.0.0.1:{port}", "--https", https is { } address ? $"127.0.0.1:{address.Port}" : "127.0.0.1:0", "--public-url", (https ?? new Uri("https://127.0.0.1:8443")).ToString().TrimEnd('/'),
            "--device-ca", deviceCa, "--client-certificate-header", "X-Client-Cert", "--trusted-proxy", "127.0.0.1",
            "--owner-token-file", Path.Combine(folder, "owner-token"), .. more,
        ];
        if (store is not null)
            words.AddRange(["--store", store]);
        var clock = Stopwatch.StartNew();
        var process = Process.Start(new ProcessStartInfo("dotnet", words) { RedirectStandardOutput = true, Environment = { ["Logging__LogLevel__Default"] = "Warning" } })!;
        _ = process.StandardOutput.ReadToEndAsync();
        var url = new Uri($"http://127.0.0.1:{port}");
        await AnswersAsync(process, url);
        return new ServerUnderTest(process, folder, keep, url, clock.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (!_keep)
            Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The built assembly of another project of this repository, in this build's configuration.</summary>
    public static string SiblingDll(string project)
    {
        var bin = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        while (bin.Name != "bin")
            bin = bin.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not a project's output.");
        var output = Path.GetRelativePath(bin.FullName, AppContext.BaseDirectory);
        return Path.Combine(bin.Parent!.Parent!.FullName, "src", project, "bin", output, $"Mdm.Fleet.{project}.dll");
    }

    /// <summary>The embedded host's server, when this is the build for Orleans and that one has been built too; null otherwise.</summary>
    public static string? EmbeddedDll()
    {
        var orleans = SiblingDll("Silo");
        var embedded = orleans.Replace("/bin/orleans/", "/bin/", StringComparison.Ordinal);
        return embedded != orleans && File.Exists(embedded) ? embedded : null;
    }

    private static async Task AnswersAsync(Process process, Uri url)
    {
        using var http = new HttpClient();
        for (var tries = 0; tries < 1_200; tries++)
        {
            if (process.HasExited)
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The server ended with {process.ExitCode}."));
            try
            {
                if ((await http.GetAsync(new Uri(url, "/health/ready"))).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(25);
        }

        throw new TimeoutException("The server does not answer.");
    }
}
