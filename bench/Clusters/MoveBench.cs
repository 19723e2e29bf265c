using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Bench.Clusters;

/// <summary>
/// One shift on one PostgreSQL database that moves between hosts: an embedded host, then three silos, then the embedded host again. While one
/// kind owns the database, the other is refused, and so is another cluster.
/// </summary>
internal static class MoveBench
{
    /// <summary>Arguments: [devices] [turns].</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var devices = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 60;
        var turns = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 6;
        if (ServerUnderTest.EmbeddedDll() is not { } embeddedDll)
        {
            Console.Error.WriteLine(ServerUnderTest.BuildBoth);
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("mdm-fleet-move").FullName;
        await using var postgres = await PostgresCluster.StartNewAsync();
        var store = $"postgres:{await postgres.NewDatabaseAsync()}";
        await using var balancer = new TcpBalancer(new IPEndPoint(IPAddress.Loopback, 0), []);
        var url = new Uri($"https://127.0.0.1:{balancer.Address.Port}");
        var apns = new Uri($"https://127.0.0.1:{FreePorts.Next()}");
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await using var shift = await ShiftProcess.StartAsync(folder, url, devices, turns, apns.Port, SiloPlan.OwnerTokenFile(folder));
        SiloPlan Plan(string name) => new(
            name, folder, key, store, url, apns,
            new IPEndPoint(IPAddress.Loopback, FreePorts.Next()), new IPEndPoint(IPAddress.Loopback, FreePorts.Next()), FreePorts.Next(), FreePorts.Next());
        SiloPlan EmbeddedPlan(string name) => Plan(name) with { EmbeddedDll = embeddedDll };

        await using var before = Silo.Start(EmbeddedPlan("embedded"));
        await UseAsync(balancer, before);
        var refused = await IsRefusedAsync(Plan("early-silo"), "embedded host");

        await shift.UntilSignedInAsync(devices * turns / 3);
        await LeaveAsync(balancer, before);
        Silo[] silos = [.. Enumerable.Range(1, 3).Select(number => Silo.Start(Plan($"silo-{number}")))];
        await UseAsync(balancer, silos);
        refused &= await IsRefusedAsync(EmbeddedPlan("late-embedded"), "orleans host, cluster fleet");
        refused &= await IsRefusedAsync(Plan("other-cluster") with { ClusterId = "other" }, "orleans host, cluster fleet");

        await shift.UntilSignedInAsync(devices * turns * 2 / 3);
        await LeaveAsync(balancer, silos);
        await using var after = Silo.Start(EmbeddedPlan("embedded-again"));
        await UseAsync(balancer, after);

        var (exitCode, report) = await shift.EndAsync();
        Console.WriteLine(report.ToString());
        var held = exitCode == 0 && refused && !after.HasEnded;
        Console.WriteLine(held ? "all held" : $"did not hold; the processes' words are in {folder}");
        foreach (var silo in silos)
            await silo.DisposeAsync();
        if (held)
            Directory.Delete(folder, recursive: true);
        return held ? 0 : 1;
    }

    private static async Task UseAsync(TcpBalancer balancer, params Silo[] servers)
    {
        await Task.WhenAll(servers.Select(server => server.ReadyAsync()));
        balancer.Use(servers.Select(server => server.Plan.Https));
        Console.WriteLine($"serving: {string.Join(", ", servers.Select(server => server.Plan.Name))}");
    }

    private static async Task LeaveAsync(TcpBalancer balancer, params Silo[] servers)
    {
        balancer.Use([]);
        await Task.WhenAll(servers.Select(server => server.StopAsync()));
    }

    /// <summary>Whether a process that is started on a store in use ends without success and says who uses it.</summary>
    private static async Task<bool> IsRefusedAsync(SiloPlan plan, string owner)
    {
        await using var process = Silo.Start(plan);
        var words = await process.EndedAsync(TimeSpan.FromMinutes(1));
        Console.WriteLine($"{plan.Name}: exit code {(process.HasEnded ? process.ExitCode : "none")}: {words}");
        return process.HasEnded && process.ExitCode != 0 && words.Contains($"is in use by another process ({owner}", StringComparison.Ordinal);
    }
}
