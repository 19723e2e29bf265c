using System.Globalization;

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
        await using var site = await Site.StartAsync(devices, turns);
        Silo[] first = [.. Enumerable.Range(1, 3).Select(number => site.Start(site.Plan($"silo-{number}")))];
        await site.UseAsync(first);

        List<Disturbance> disturbances = [];
        await site.Shift.UntilSignedInAsync(devices * turns / 4);
        disturbances.Add(new Disturbance("one silo killed (SIGKILL)", DateTimeOffset.UtcNow));
        await first[1].KillAsync();
        await site.Shift.UntilSignedInAsync(devices * turns / 2);
        disturbances.Add(new Disturbance("one silo stopped (SIGTERM)", DateTimeOffset.UtcNow));
        var took = await first[2].StopAsync();
        var stoppedWith = first[2].ExitCode;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the silo told to stop ended with {stoppedWith} after {took.TotalSeconds:F1} s"));
        await site.Shift.UntilSignedInAsync(devices * turns * 5 / 8);
        disturbances.Add(new Disturbance("a fourth silo added", DateTimeOffset.UtcNow));
        await site.UseAsync(first[0], site.Start(site.Plan("silo-4")));

        return await site.EndAsync(() =>
        {
            Tell(site.Shift.TimelineFile, disturbances);
            return stoppedWith == 0;
        });
    }

    private static void Tell(string timeline, List<Disturbance> disturbances)
    {
        if (!File.Exists(timeline))
            return;
        var seconds = Disturbance.Read(timeline);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"devices' requests: {seconds.Sum(second => second.Succeeded)} succeeded, {seconds.Sum(second => second.Failed)} failed and were sent again"));
        foreach (var disturbance in disturbances)
            Console.WriteLine(disturbance.Tell(seconds));
    }
}
