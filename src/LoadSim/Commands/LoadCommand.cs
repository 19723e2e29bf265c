using System.CommandLine;
using System.Diagnostics;
using Mdm.Fleet.LoadSim.Load;

namespace Mdm.Fleet.LoadSim.Commands;

/// <summary>The command line of <c>LoadSim load</c>.</summary>
public static class LoadCommand
{
    private static readonly Dictionary<string, Workload> Names = new(StringComparer.Ordinal)
    {
        ["certificates"] = Workload.Certificates,
        ["enrol"] = Workload.Enrol,
        ["tokenupdate"] = Workload.TokenUpdate,
        ["tokenupdate-new"] = Workload.TokenUpdateNew,
        ["idle"] = Workload.Idle,
        ["cycle"] = Workload.Cycle,
    };

    private static readonly Option<string> Kind = new("--workload")
    {
        Description = "certificates makes them and sends nothing; enrol comes before the others.",
        Required = true,
    };

    private static readonly Option<Uri> Url = ServerAddress.Default("The server on plain HTTP.", "http://127.0.0.1:8080");

    private static readonly Option<int> Devices = new("--devices") { Description = "How many devices.", DefaultValueFactory = _ => 1000 };

    private static readonly Option<int> Connections = new("--connections") { Description = "How many connections.", DefaultValueFactory = _ => 32 };

    private static readonly Option<double> Seconds = new("--seconds") { Description = "How long to measure.", DefaultValueFactory = _ => 8 };

    private static readonly Option<double> WarmUpSeconds = new("--warm-up") { Description = "Seconds before that.", DefaultValueFactory = _ => 2 };

    private static readonly Option<string?> AdminToken = new("--admin-token") { Description = "Bearer token; needed for cycle." };

    private static readonly Option<string> Topic = new("--topic")
    {
        Description = "The push topic of the server.",
        DefaultValueFactory = _ => "com.apple.mgmt.External.10ad51a0-0000-4000-8000-000000000001",
    };

    private static readonly Option<int?> ServerProcess = new("--server-pid") { Description = "The server's process on this machine: the report then tells its processor time." };

    private static readonly Option<string?> CaOut = new("--cert-ca-out") { Description = "Writes the devices' CA (PEM) to this file, for the server's --device-ca." };

    private static readonly Option<string> Cache = new("--cache")
    {
        Description = "Folder that keeps the certificates between runs.",
        DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "mdm-fleet-load"),
    };

    /// <summary>Sends the load of bench/README.md and prints one line of JSON.</summary>
    public static Command Create()
    {
        Kind.AcceptOnlyFromAmong([.. Names.Keys]);
        var command = new Command("load", "Sends one of the benchmark's loads over plain HTTP and prints one JSON object.")
        {
            Kind, Url, Devices, Connections, Seconds, WarmUpSeconds, AdminToken, Topic, ServerProcess, CaOut, Cache,
        };
        command.SetAction(parsed =>
        {
            if (ProblemOf(parsed) is not { } problem)
                return Run(parsed);
            Console.Error.WriteLine($"LoadSim: {problem}");
            return 2;
        });
        return command;
    }

    private static string? ProblemOf(ParseResult parsed)
    {
        if (parsed.GetRequiredValue(Url).Scheme != Uri.UriSchemeHttp)
            return "--url starts with http://: TLS is not what is measured.";
        if (parsed.GetValue(ServerProcess) is { } process && !IsRunning(process))
            return "--server-pid is not a process of this machine.";
        if (parsed.GetValue(Devices) < 1 || parsed.GetValue(Connections) is < 1 or > 1024)
            return "--devices is at least 1, --connections 1 to 1024.";
        return parsed.GetValue(Kind) == "cycle" && parsed.GetValue(AdminToken) is null ? "cycle needs --admin-token." : null;
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var known = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static int Run(ParseResult parsed)
    {
        var options = new LoadOptions(
            Names[parsed.GetRequiredValue(Kind)],
            parsed.GetRequiredValue(Url),
            parsed.GetValue(Devices),
            parsed.GetValue(Connections),
            TimeSpan.FromSeconds(parsed.GetValue(WarmUpSeconds)),
            TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
            parsed.GetRequiredValue(Cache),
            parsed.GetValue(AdminToken),
            parsed.GetRequiredValue(Topic),
            parsed.GetValue(ServerProcess));
        var certificates = DeviceCertificates.LoadOrMake(options.CacheFolder, options.Devices);
        if (parsed.GetValue(CaOut) is { } file)
            File.WriteAllText(file, certificates.AuthorityPem);
        if (options.Workload == Workload.Certificates)
            return 0;
        using var run = new LoadRun(options, certificates);
        var report = run.Run();
        Console.Out.WriteLine(report.ToJson());
        return report.Errors == 0 ? 0 : 1;
    }
}
