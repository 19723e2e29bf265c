using System.Globalization;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Bench.Clusters;

/// <summary>The embedded host and a cluster of one silo, each on a PostgreSQL database of its own, under the same load, in turn.</summary>
internal static class HostsBench
{
    private static readonly string[] Workloads = ["idle", "tokenupdate", "tokenupdate-new", "cycle"];

    /// <summary>Arguments: [devices] [seconds].</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var devices = args.Length > 0 ? args[0] : "1000";
        var seconds = args.Length > 1 ? args[1] : "8";
        if (ServerUnderTest.EmbeddedDll() is not { } embedded)
        {
            Console.Error.WriteLine(ServerUnderTest.BuildBoth);
            return 2;
        }

        await using var postgres = await PostgresCluster.StartNewAsync();
        var one = await MeasureAsync(embedded, postgres, devices, seconds);
        var other = await MeasureAsync(ServerUnderTest.SiblingDll("Silo"), postgres, devices, seconds);
        foreach (var workload in Workloads)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{workload}: embedded {one.Rates[workload].Rate:F0}/s p99 {one.Rates[workload].P99:F1} ms, one silo {other.Rates[workload].Rate:F0}/s p99 {other.Rates[workload].P99:F1} ms; ratio {other.Rates[workload].Rate / one.Rates[workload].Rate:F2}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"resident after the load: embedded {one.Megabytes:F0} MB, one silo {other.Megabytes:F0} MB; ratio {other.Megabytes / one.Megabytes:F2}"));
        return 0;
    }

    private static async Task<(Dictionary<string, (double Rate, double P99)> Rates, double Megabytes)> MeasureAsync(
        string dll, PostgresCluster postgres, string devices, string seconds)
    {
        var folder = Directory.CreateTempSubdirectory("mdm-fleet-hosts").FullName;
        var ca = Path.Combine(folder, "devices.pem");
        await LoadProcess.CertificatesAsync(devices, ca);
        await using var server = await ServerUnderTest.StartAsync(folder, ca, $"postgres:{await postgres.NewDatabaseAsync()}", dll: dll);
        await LoadProcess.RunAsync("enrol", server.Url, devices);
        Dictionary<string, (double, double)> rates = [];
        foreach (var workload in Workloads)
        {
            var report = await LoadProcess.RunAsync(workload, server.Url, devices, "--seconds", seconds, "--admin-token", server.Token);
            rates[workload] = (report.GetProperty("operationsPerSecond").GetDouble(), report.GetProperty("p99Ms").GetDouble());
        }

        return (rates, server.ResidentMegabytes);
    }
}
