using System.Net;
using System.Security.Cryptography;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Bench.Clusters;

/// <summary>
/// Where servers of one installation are started and ended while a shift goes on: a PostgreSQL database, a balancer before the servers, the shift, and a
/// folder of them all. What was started ends with it.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly string _folder;
    private readonly PostgresCluster _postgres;
    private readonly string _store;
    private readonly Uri _url;
    private readonly Uri _apns;
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly List<Silo> _started = [];
    private bool _held;

    private Site(string folder, PostgresCluster postgres, string store, TcpBalancer balancer, Uri apns, ShiftProcess shift)
    {
        (_folder, _postgres, _store, Balancer, _apns, Shift) = (folder, postgres, store, balancer, apns, shift);
        _url = UrlOf(balancer);
    }

    public TcpBalancer Balancer { get; }

    public ShiftProcess Shift { get; }

    /// <summary>Where the shift reads the servers' authority when they are not on this machine's loopback.</summary>
    public string CaFile => CaFileIn(_folder);

    /// <summary>Starts the shift, which waits for the first server.</summary>
    /// <param name="devices">In the shift.</param>
    /// <param name="turns">People a device.</param>
    /// <param name="outside">The address of the balancer and of the push service.</param>
    /// <param name="database">The database's address.</param>
    public static async Task<Site> StartAsync(int devices, int turns, string outside = "127.0.0.1", string database = "127.0.0.1")
    {
        var folder = Directory.CreateTempSubdirectory("mdm-fleet-cluster").FullName;
        var postgres = await PostgresCluster.StartNewAsync(database);
        var store = $"postgres:{await postgres.NewDatabaseAsync()}";
        var balancer = new TcpBalancer(new IPEndPoint(IPAddress.Parse(outside), 0), []);
        var apns = new Uri($"https://{outside}:{FreePorts.Next()}");
        string[] more = IPAddress.IsLoopback(IPAddress.Parse(outside)) ? [] : ["--ca", CaFileIn(folder), "--apns-address", outside];
        var shift = await ShiftProcess.StartAsync(folder, UrlOf(balancer), devices, turns, apns.Port, SiloPlan.OwnerTokenFile(folder), more);
        return new Site(folder, postgres, store, balancer, apns, shift);
    }

    /// <summary>A server at free ports of this machine.</summary>
    public SiloPlan Plan(string name) => Plan(
        name, new IPEndPoint(IPAddress.Loopback, FreePorts.Next()), new IPEndPoint(IPAddress.Loopback, FreePorts.Next()), FreePorts.Next(), FreePorts.Next());

    public SiloPlan Plan(string name, IPEndPoint https, IPEndPoint health, int siloPort, int gatewayPort) =>
        new(name, _folder, _key, _store, _url, _apns, https, health, siloPort, gatewayPort);

    /// <summary>Starts a server; <see cref="Silo.ReadyAsync"/> says when it serves.</summary>
    public Silo Start(SiloPlan plan)
    {
        var silo = Silo.Start(plan);
        _started.Add(silo);
        return silo;
    }

    /// <summary>What a supervisor does: a server that ended is started again.</summary>
    public async Task<Silo> StartAgainAsync(Silo ended)
    {
        _started.Remove(ended);
        await ended.DisposeAsync();
        return Start(ended.Plan);
    }

    /// <summary>Waits until servers are ready, and hands connections to them and to no other.</summary>
    public async Task UseAsync(params IEnumerable<Silo> servers)
    {
        await Task.WhenAll(servers.Select(server => server.ReadyAsync()));
        Balancer.Use(servers.Select(server => server.Plan.Https));
        Console.WriteLine($"serving: {string.Join(", ", servers.Select(server => server.Plan.Name))}");
    }

    /// <summary>Waits for the end of the shift, and prints its report.</summary>
    /// <param name="holds">What else has to hold, asked after the shift.</param>
    /// <returns>The exit code of the bench: 0 when the shift lost and left nothing and the rest holds.</returns>
    public async Task<int> EndAsync(Func<bool> holds)
    {
        var (exitCode, report) = await Shift.EndAsync();
        Console.WriteLine(report.ToString());
        _held = exitCode == 0 & holds();
        Console.WriteLine(_held ? "all held" : $"did not hold; the processes' words are in {_folder}");
        return _held ? 0 : 1;
    }

    /// <summary>Ends what was started. The folder stays where something did not hold.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _started)
            await silo.DisposeAsync();
        await Shift.DisposeAsync();
        await Balancer.DisposeAsync();
        await _postgres.DisposeAsync();
        if (_held)
            Directory.Delete(_folder, recursive: true);
    }

    private static Uri UrlOf(TcpBalancer balancer) => new($"https://{balancer.Address}");

    private static string CaFileIn(string folder) => Path.Combine(folder, "ca.pem");
}
