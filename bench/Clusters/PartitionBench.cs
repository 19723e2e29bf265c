using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Mdm.Fleet.Bench.Clusters;

/// <summary>
/// Three silos in network namespaces of their own and a shift on all: one is cut off from the two others while all reach PostgreSQL, and healed;
/// then all are cut off from one another and from PostgreSQL, and healed. What one side writes on the other's ground is refused, nothing is left
/// on a device, nothing is lost.
/// </summary>
internal static partial class PartitionBench
{
    private const int Https = 8443;
    private const int Silos = 3;
    private static readonly TimeSpan CutFor = TimeSpan.FromSeconds(60);

    /// <summary>Arguments: [devices] [turns].</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var devices = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
        var turns = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 6;
        await using var network = await SplitNetwork.CreateAsync(Silos);
        await using var site = await Site.StartAsync(devices, turns, SplitNetwork.Outside, SplitNetwork.Database);
        List<SiloPlan> plans = [.. Enumerable.Range(0, Silos).Select(number => PlanOf(site, number))];
        List<Silo> silos = [.. plans.Select(site.Start)];
        await site.UseAsync(silos);
        await SaveAuthorityAsync(plans[0], site.CaFile);

        await site.Shift.UntilSignedInAsync(devices * turns / 6);
        Console.WriteLine("cut: one silo from two; all reach PostgreSQL and get requests");
        var before = await CountAsync(plans, TimeSpan.FromSeconds(1));
        await AlongAsync(LoneWays, SplitNetwork.CutAsync);
        var refused = await CountAsync(plans, CutFor) - before;
        await AlongAsync(LoneWays, SplitNetwork.HealAsync);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"refused writes: {refused}; silos that ended: {Ended(silos)}"));
        await AgainAsync(site, silos);

        Console.WriteLine("cut: every silo from the others, and from PostgreSQL");
        await AlongAsync(AllWays, SplitNetwork.CutAsync);
        var answers = await AnswersAsync(plans, CutFor);
        Console.WriteLine($"answers meanwhile: {string.Join(", ", answers)}");
        await AlongAsync(AllWays, SplitNetwork.HealAsync);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"healed; silos that ended: {Ended(silos)}"));
        await AgainAsync(site, silos);

        return await site.EndAsync(() => refused > 0 && answers.All(answer => !answer.EndsWith(" 200", StringComparison.Ordinal)));
    }

    private static SiloPlan PlanOf(Site site, int number)
    {
        var address = IPAddress.Parse(SplitNetwork.AddressOf(number));
        var plan = site.Plan($"silo-{number + 1}", new IPEndPoint(address, Https), new IPEndPoint(address, 9464), 11111, 30000);
        return plan with { Prefix = SplitNetwork.Enter(number) };
    }

    /// <summary>Between the first silo and the others.</summary>
    private static IEnumerable<(int Silo, string To)> LoneWays =>
        Enumerable.Range(1, Silos - 1).SelectMany(other => ((int, string)[])[(0, SplitNetwork.AddressOf(other)), (other, SplitNetwork.AddressOf(0))]);

    /// <summary>Between all silos, and to the database.</summary>
    private static IEnumerable<(int Silo, string To)> AllWays =>
        Enumerable.Range(0, Silos).SelectMany(silo => Enumerable.Range(0, Silos)
            .Where(other => other != silo).Select(other => (silo, SplitNetwork.AddressOf(other))).Append((silo, SplitNetwork.Database)));

    private static async Task AlongAsync(IEnumerable<(int Silo, string To)> ways, Func<int, string, Task> act)
    {
        foreach (var (silo, to) in ways)
            await act(silo, to);
    }

    private static async Task AgainAsync(Site site, List<Silo> silos)
    {
        for (var number = 0; number < silos.Count; number++)
            if (silos[number].HasEnded)
                silos[number] = await site.StartAgainAsync(silos[number]);
        await Task.WhenAll(silos.Select(silo => silo.ReadyAsync()));
    }

    private static string Ended(IEnumerable<Silo> silos)
    {
        List<Silo> ended = [.. silos.Where(silo => silo.HasEnded)];
        return ended.Count == 0 ? "none" : string.Join(", ", ended.Select(silo => $"{silo.Plan.Name} with {Text(silo.ExitCode)}"));
    }

    private static async Task SaveAuthorityAsync(SiloPlan silo, string file)
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(handler);
        await File.WriteAllBytesAsync($"{file}.new", await http.GetByteArrayAsync(new Uri($"https://{silo.Https}/enroll/ca.pem")));
        File.Move($"{file}.new", file);
    }

    /// <summary>Watches the silos' count of conflicts for a while; a silo that ends takes what it said last with it.</summary>
    private static async Task<double> CountAsync(List<SiloPlan> silos, TimeSpan during)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var counts = new double[silos.Count];
        for (var ends = DateTime.UtcNow + during; DateTime.UtcNow < ends; await Task.Delay(500))
            for (var number = 0; number < silos.Count; number++)
                if (await TryAsync(async () => await http.GetStringAsync(new Uri($"http://{silos[number].Health}/metrics"))) is { } text)
                    counts[number] = Conflicts().Matches(text).Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        return counts.Sum();
    }

    /// <summary>Statuses of a request that needs the store, by how often each came.</summary>
    private static async Task<IReadOnlyList<string>> AnswersAsync(List<SiloPlan> silos, TimeSpan during)
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(40) };
        List<string> answers = [];
        for (var ends = DateTime.UtcNow + during; DateTime.UtcNow < ends; await Task.Delay(500))
            foreach (var silo in silos)
                answers.Add(await TryAsync(async () => Text((int)(await http.GetAsync(new Uri($"https://{silo.Https}/health/ready"))).StatusCode)) ?? "no answer");
        return [.. answers.CountBy(answer => answer).Select(answer => $"{answer.Value} x {answer.Key}")];
    }

    private static async Task<string?> TryAsync(Func<Task<string>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Of grains that were active twice: silos merge what is not a grain's (when devices were last seen) by conflicts even when all is well.</summary>
    [GeneratedRegex(@"(?m)^mdm_store_conflicts_total\{[^}]*kind=""(?:device|user)""[^}]*\} ([0-9.]+)")]
    private static partial Regex Conflicts();
}
