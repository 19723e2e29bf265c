using System.Globalization;
using System.Text.Json;
using Mdm.Fleet.Bench.Clusters;
using Mdm.Fleet.Storage.Tests;
using Microsoft.Data.Sqlite;

namespace Mdm.Fleet.Bench;

/// <summary>
/// What a device costs the server in a day (processor time, bytes stored, bytes sent), at one size of fleet: each kind of act is measured alone,
/// over the whole fleet, and the day is their sum (docs/scaling.md).
/// </summary>
internal static class DeviceDayBench
{
    private const int ShiftDevices = 40;
    private const int ShiftPeople = 80;
    private static readonly int[] ShiftTurns = [1, 6];

    /// <summary>The day: how often a device does what.</summary>
    private static readonly (string Act, int Times)[] Day = [("idle", 96), ("tokenupdate", 2), ("cycle", 6), ("hand-over", 2)];

    /// <summary>Arguments: [devices] [seconds].</summary>
    public static async Task RunAsync(string[] args)
    {
        var devices = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000;
        var seconds = args.Length > 1 ? args[1] : "10";
        var folder = Directory.CreateTempSubdirectory("mdm-fleet-day").FullName;
        var ca = Path.Combine(folder, "devices.pem");
        await LoadProcess.CertificatesAsync(Text(devices), ca);
        List<(string Act, Cost Cost)> costs = [];
        var metrics = NewMetrics();
        await using (var server = await ServerUnderTest.StartAsync(folder, ca, null, keep: true, more: ["--metrics", metrics.Authority]))
        {
            string[] process = ["--server-pid", Text(server.ProcessId)];
            costs.Add(("enrolment", await MeasuredAsync(folder, metrics, () => LoadProcess.RunAsync("enrol", server.Url, Text(devices), process))));
            foreach (var workload in (string[])["idle", "tokenupdate", "cycle"])
            {
                string[] options = ["--seconds", seconds, "--admin-token", server.Token, .. process];
                costs.Add((workload, await MeasuredAsync(folder, metrics, () => LoadProcess.RunAsync(workload, server.Url, Text(devices), options))));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{devices} devices, all just active: {server.ResidentMegabytes:F0} MB resident"));
        }

        costs.Add(("hand-over", await HandOverAsync(ca)));
        Console.WriteLine("act           times a day  server CPU (ms)  durable writes  stored (bytes)  answered (bytes)  received (bytes)");
        foreach (var (act, cost) in costs)
            Print(act, Day.FirstOrDefault(entry => entry.Act == act).Times, cost);
        Print("device-day", 1, Day.Select(entry => costs.First(cost => cost.Act == entry.Act).Cost * entry.Times).Aggregate((sum, next) => sum + next));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>
    /// A person's sign-in with a password, all that is installed and removed for it, and the sign-out. Two shifts of the same preparation and
    /// unlike length are played, each on a store of its own; what the longer one costs more is the cost of its additional hand-overs. The fleet is
    /// small, whatever the size asked for: devices that only a load generator plays would be planned and pushed beside it.
    /// </summary>
    private static async Task<Cost> HandOverAsync(string ca)
    {
        List<Cost> shifts = [];
        foreach (var turns in ShiftTurns)
        {
            var folder = Directory.CreateTempSubdirectory("mdm-fleet-day").FullName;
            shifts.Add(await ShiftAsync(folder, ca, turns));
            Directory.Delete(folder, recursive: true);
        }

        return (shifts[1] + (shifts[0] * -1)) * (1.0 / (ShiftDevices * (ShiftTurns[1] - ShiftTurns[0])));
    }

    private static async Task<Cost> ShiftAsync(string folder, string ca, int turns)
    {
        var url = new Uri($"https://127.0.0.1:{Text(FreePorts.Next())}");
        var apns = FreePorts.Next();
        await using var shift = await ShiftProcess.StartAsync(
            folder, url, ShiftDevices, turns, apns, SiloPlan.OwnerTokenFile(folder), "--people", Text(ShiftPeople));
        var (wire, metrics) = (Wire(), NewMetrics());
        await using var server = await ServerUnderTest.StartAsync(
            folder, ca, null, keep: true, url, null, "--apns-url", $"https://127.0.0.1:{Text(apns)}", "--apns-ca", ShiftProcess.ApnsCaFile(folder), "--metrics", metrics.Authority);
        var (exitCode, report) = await shift.EndAsync();
        if (exitCode != 0)
            throw new InvalidOperationException($"The shift does not hold: {report}");

        // Both ways, pushes and TCP's own bytes included: what is not told apart is halved.
        var bytes = (Wire() - wire) / 2.0;
        return new Cost(server.CpuSeconds * 1000, await WrittenAsync(metrics), Stored(folder), bytes, bytes);
    }

    private static async Task<Cost> MeasuredAsync(string folder, Uri metrics, Func<Task<JsonElement>> load)
    {
        var (before, written) = (Stored(folder), await WrittenAsync(metrics));
        var report = await load();
        var operations = report.GetProperty("operationsPerSecond").GetDouble() * report.GetProperty("seconds").GetDouble();
        return new Cost(
            report.GetProperty("serverCpuMicroseconds").GetDouble() / 1000, (await WrittenAsync(metrics) - written) / Math.Max(1, operations),
            (Stored(folder) - before) / Math.Max(1, operations),
            report.GetProperty("receivedBytes").GetDouble(), report.GetProperty("sentBytes").GetDouble());
    }

    private static Uri NewMetrics() => new($"http://127.0.0.1:{Text(FreePorts.Next())}");

    /// <summary>Rows of all commits since the server's start.</summary>
    private static async Task<double> WrittenAsync(Uri metrics)
    {
        const string name = "mdm_store_commit_rows_sum";
        using var http = new HttpClient();
        return (await http.GetStringAsync(new Uri(metrics, "/metrics"))).Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The bytes of all pages in use, when the log has gone into the database.</summary>
    private static long Stored(string folder)
    {
        using var database = new SqliteConnection($"Data Source={Path.Combine(folder, "fleet.db")};Pooling=False");
        database.Open();
        Pragma(database, "wal_checkpoint(PASSIVE)");
        return (Pragma(database, "page_count") - Pragma(database, "freelist_count")) * Pragma(database, "page_size");
    }

    private static long Pragma(SqliteConnection database, string pragma)
    {
        using var command = database.CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>All that has gone over the loopback interface.</summary>
    private static long Wire() => long.Parse(
        File.ReadLines("/proc/net/dev").First(line => line.TrimStart().StartsWith("lo:", StringComparison.Ordinal)).Split(':')[1]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[0],
        CultureInfo.InvariantCulture);

    private static void Print(string act, int times, Cost cost) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{act,-12}  {times,11}  {cost.CpuMs,15:F3}  {cost.Writes,14:F2}  {cost.Stored,14:F0}  {cost.Answered,16:F0}  {cost.Received,16:F0}"));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Of one act.</summary>
    private sealed record Cost(double CpuMs, double Writes, double Stored, double Answered, double Received)
    {
        public static Cost operator +(Cost one, Cost other) =>
            new(one.CpuMs + other.CpuMs, one.Writes + other.Writes, one.Stored + other.Stored, one.Answered + other.Answered, one.Received + other.Received);

        public static Cost operator *(Cost one, double times) => new(one.CpuMs * times, one.Writes * times, one.Stored * times, one.Answered * times, one.Received * times);
    }
}
