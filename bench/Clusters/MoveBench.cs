using System.Globalization;
using Mdm.Fleet.LoadSim.Network;

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

        await using var site = await Site.StartAsync(devices, turns);
        SiloPlan EmbeddedPlan(string name) => site.Plan(name) with { EmbeddedDll = embeddedDll };

        var before = site.Start(EmbeddedPlan("embedded"));
        await site.UseAsync(before);
        var refused = await IsRefusedAsync(site.Plan("early-silo"), "embedded host");

        await site.Shift.UntilSignedInAsync(devices * turns / 3);
        await LeaveAsync(site.Balancer, before);
        Silo[] silos = [.. Enumerable.Range(1, 3).Select(number => site.Start(site.Plan($"silo-{number}")))];
        await site.UseAsync(silos);
        refused &= await IsRefusedAsync(EmbeddedPlan("late-embedded"), "orleans host, cluster fleet");
        refused &= await IsRefusedAsync(site.Plan("other-cluster") with { ClusterId = "other" }, "orleans host, cluster fleet");

        await site.Shift.UntilSignedInAsync(devices * turns * 2 / 3);
        await LeaveAsync(site.Balancer, silos);
        var after = site.Start(EmbeddedPlan("embedded-again"));
        await site.UseAsync(after);

        return await site.EndAsync(() => refused && !after.HasEnded);
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
