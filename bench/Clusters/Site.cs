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
    private readonly string _folder = Directory.CreateTempSubdirectory("mdm-fleet-cluster").FullName;
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly List<IAsyncDisposable> _started = [];
    private string _store = null!;
    private Uri _url = null!;
    private Uri _apns = null!;
    private bool _held;

    private Site()
    {
    }

    public TcpBalancer Balancer { get; private set; } = null!;

    public ShiftProcess Shift { get; private set; } = null!;

    /// <summary>Where the shift reads the servers' authority when they are not on this machine's loopback.</summary>
    public string CaFile => Path.Combine(_folder, "ca.pem");

    /// <summary>Starts the shift, which waits for the first server.</summary>
    /// <param name="devices">In the shift.</param>
    /// <param name="turns">People a device.</param>
    /// <param name="outside">The address of the balancer and of the push service.</param>
    /// <param name="database">The database's address.</param>
    public static async Task<Site> StartAsync(int devices, int turns, string outside = "127.0.0.1", string database = "127.0.0.1")
    {
        var site = new Site();
        try
        {
            await site.StartAsync(devices, turns, IPAddress.Parse(outside), database);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>A server at free ports of this machine.</summary>
    public SiloPlan Plan(string name) => Plan(
        name, new IPEndPoint(IPAddress.Loopback, FreePorts.Next()), new IPEndPoint(IPAddress.Loopback, FreePorts.Next()), FreePorts.Next(), FreePorts.Next());

    public SiloPlan Plan(string name, IPEndPoint https, IPEndPoint health, int siloPort, int gatewayPort) =>
        new(name, _folder, _key, _store, _url, _apns, https, health, siloPort, gatewayPort);

    /// <summary>Starts a server; <see cref="Silo.ReadyAsync"/> says when it serves.</summary>
    public Silo Start(SiloPlan plan) => Started(Silo.Start(plan));

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
        var rest = holds();
        _held = exitCode == 0 && rest;
        Console.WriteLine(_held ? "all held" : $"did not hold; the processes' words are in {_folder}");
        return _held ? 0 : 1;
    }

    /// <summary>Ends what was started, the last first, whatever becomes of any. The folder stays where something did not hold.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_started.Count == 0)
        {
            if (_held)
                Directory.Delete(_folder, recursive: true);
            return;
        }

        var last = _started[^1];
        _started.RemoveAt(_started.Count - 1);
        try
        {
            await last.DisposeAsync();
        }
        finally
        {
            await DisposeAsync();
        }
    }

    private async Task StartAsync(int devices, int turns, IPAddress outside, string database)
    {
        var postgres = Started(await PostgresCluster.StartNewAsync(database));
        _store = $"postgres:{await postgres.NewDatabaseAsync()}";
        Balancer = Started(new TcpBalancer(new IPEndPoint(outside, 0), []));
        (_url, _apns) = (new Uri($"https://{Balancer.Address}"), new Uri($"https://{outside}:{FreePorts.Next()}"));
        string[] more = IPAddress.IsLoopback(outside) ? [] : ["--ca", CaFile, "--apns-address", outside.ToString()];
        Shift = Started(await ShiftProcess.StartAsync(_folder, _url, devices, turns, _apns.Port, SiloPlan.OwnerTokenFile(_folder), more));
    }

    private T Started<T>(T what)
        where T : IAsyncDisposable
    {
        _started.Add(what);
        return what;
    }
}
