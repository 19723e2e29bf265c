using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Bench.Clusters;

/// <summary>
/// A shift change on three silos behind a balancer and one PostgreSQL: in the middle one silo is killed, one is stopped politely, a fourth joins.
/// </summary>
internal static class ClusterBench
{
    /// <summary>Arguments: [devices] [turns].</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var devices = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2_000;
        var turns = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        var folder = Directory.CreateTempSubdirectory("mdm-fleet-cluster").FullName;
        await using var postgres = await PostgresCluster.StartNewAsync();
        var store = $"postgres:{await postgres.NewDatabaseAsync()}";
        await using var balancer = new TcpBalancer(new IPEndPoint(IPAddress.Loopback, 0), []);
        var url = new Uri($"https://127.0.0.1:{balancer.Address.Port}");
        var apns = new Uri($"https://127.0.0.1:{FreePorts.Next()}");
        await using var shift = await ShiftProcess.StartAsync(folder, url, devices, turns, apns.Port, SiloPlan.OwnerTokenFile(folder));
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var plans = Enumerable.Range(1, 4).Select(number => PlanOf(number, folder, key, store, url, apns)).ToList();
        Silo[] first = [.. plans.Take(3).Select(Silo.Start)];
        await Task.WhenAll(first.Select(silo => silo.ReadyAsync()));
        Console.WriteLine("three silos are ready");
        balancer.Use(first.Select(silo => silo.Plan.Https));

        List<Disturbance> disturbances = [];
        await shift.UntilSignedInAsync(devices * turns / 4);
        disturbances.Add(new Disturbance("one silo killed (SIGKILL)", DateTimeOffset.UtcNow));
        await first[1].KillAsync();
        await shift.UntilSignedInAsync(devices * turns / 2);
        disturbances.Add(new Disturbance("one silo stopped (SIGTERM)", DateTimeOffset.UtcNow));
        var took = await first[2].StopAsync();
        var stoppedWith = first[2].ExitCode;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the silo told to stop ended with {stoppedWith} after {took.TotalSeconds:F1} s"));
        await shift.UntilSignedInAsync(devices * turns * 5 / 8);
        disturbances.Add(new Disturbance("a fourth silo added", DateTimeOffset.UtcNow));
        await using var fourth = Silo.Start(plans[3]);
        await fourth.ReadyAsync();
        balancer.Use([first[0].Plan.Https, fourth.Plan.Https]);

        var (exitCode, report) = await shift.EndAsync();
        Console.WriteLine(report.ToString());
        if (File.Exists(shift.TimelineFile))
        {
            var seconds = Disturbance.Read(shift.TimelineFile);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"devices' requests: {seconds.Sum(second => second.Succeeded)} succeeded, {seconds.Sum(second => second.Failed)} failed and were sent again"));
            foreach (var disturbance in disturbances)
                Console.WriteLine(disturbance.Tell(seconds));
        }

        foreach (var silo in first)
            await silo.DisposeAsync();
        var held = exitCode == 0 && stoppedWith == 0;
        Console.WriteLine(held ? "all held" : $"did not hold; the processes' words are in {folder}");
        if (held)
            Directory.Delete(folder, recursive: true);
        return held ? 0 : 1;
    }

    private static SiloPlan PlanOf(int number, string folder, string key, string store, Uri url, Uri apns) => new(
        $"silo-{number}", folder, key, store, url, apns,
        new IPEndPoint(IPAddress.Loopback, FreePorts.Next()), new IPEndPoint(IPAddress.Loopback, FreePorts.Next()), FreePorts.Next(), FreePorts.Next());
}
