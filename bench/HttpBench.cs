using System.Globalization;

namespace Mdm.Fleet.Bench;

/// <summary>
/// The load of shared devices over HTTP (32 keep-alive connections, closed loop, identity by an RFC 9440 header), as ratios to what
/// NanoMDM reached at its best on PostgreSQL on a machine of this kind (2026-11-20): TokenUpdate 3,433/s, idle connect 3,488/s, command
/// cycle 921/s; p99 20, 20 and 85 ms.
/// </summary>
internal static class HttpBench
{
    private static readonly (string Workload, double Peer, double PeerP99, double ToReach)[] Workloads =
    [
        ("idle", 3_488, 20, 10),
        ("tokenupdate", 3_433, 20, 8),
        ("tokenupdate-new", 3_433, 20, 4),
        ("cycle", 921, 85, 6),
    ];

    /// <summary>Arguments: [devices] [seconds] [postgres:CONNECTION]; SQLite where no store is given.</summary>
    public static async Task RunAsync(string[] args)
    {
        var devices = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000;
        var seconds = args.Length > 1 ? args[1] : "8";
        var store = args.Length > 2 ? args[2] : null;
        var folder = Directory.CreateTempSubdirectory("mdm-fleet-bench").FullName;
        var ca = Path.Combine(folder, "devices.pem");
        await LoadProcess.CertificatesAsync(Text(devices), ca);
        await using var server = await ServerUnderTest.StartAsync(folder, ca, store);
        var enrolled = await LoadProcess.RunAsync("enrol", server.Url, Text(devices));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"enrol: {enrolled.GetProperty("operationsPerSecond").GetDouble():F0} devices/s, {enrolled.GetProperty("errors").GetInt64()} errors"));
        foreach (var (workload, peer, peerP99, toReach) in Workloads)
        {
            var cpu = server.CpuSeconds;
            var report = await LoadProcess.RunAsync(workload, server.Url, Text(devices), "--seconds", seconds, "--admin-token", server.Token);
            var rate = report.GetProperty("operationsPerSecond").GetDouble();
            var p99 = report.GetProperty("p99Ms").GetDouble();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{workload}: {rate:F0}/s, p99 {p99:F1} ms (peer {peerP99}), {report.GetProperty("errors").GetInt64()} errors; ratio {rate / peer:F1} x (to reach: {toReach} x); generator {report.GetProperty("generatorCores").GetDouble():F2} cores, server {(server.CpuSeconds - cpu) / (report.GetProperty("seconds").GetDouble() + 2):F2} cores"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"server: {server.ResidentMegabytes:F0} MB resident after the load"));
    }

    /// <summary>Start and memory with devices enrolled: restarted on their store, first answer and resident memory when idle.</summary>
    public static async Task StartAsync(string[] args)
    {
        var devices = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var folder = Directory.CreateTempSubdirectory("mdm-fleet-bench").FullName;
        var ca = Path.Combine(folder, "devices.pem");
        await LoadProcess.CertificatesAsync(Text(devices), ca);
        await using (var server = await ServerUnderTest.StartAsync(folder, ca, null, keep: true))
        {
            await LoadProcess.RunAsync("enrol", server.Url, Text(devices));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{devices} devices just enrolled and active: {server.ResidentMegabytes:F0} MB resident"));
        }

        await using var again = await ServerUnderTest.StartAsync(folder, ca, null);
        await Task.Delay(TimeSpan.FromSeconds(5));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"restart with {devices} enrolled: first answer after {again.Started.TotalSeconds:F2} s; idle {again.ResidentMegabytes:F0} MB resident (to reach with 10,000: 150 MB)"));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
