using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mdm.Fleet.Cluster;
using Mdm.Fleet.Cluster.Hosting;
using Mdm.Fleet.Cluster.Storage;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Mdm.Fleet.Bench.States;

/// <summary>
/// Durable writes of 2 KB grain states by 64 callers through IGrainStorage: Microsoft.Orleans.Persistence.AdoNet with our SQL against the group-committed
/// provider, on one PostgreSQL, in turns within one run.
/// </summary>
internal static class StatesBench
{
    private const int Callers = 64;
    private const int Turns = 3;
    private const int BodyBytes = 2048;
    private const string Records = "records", AdoNet = "adonet";
    private static readonly TimeSpan turn = TimeSpan.FromSeconds(4);

    /// <summary>In the database of an argument "postgres:CONNECTION", else on a server of its own.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is [var given])
        {
            await CompareAsync(StoreOptions.Parse(given, FleetCluster.HostKind));
            return 0;
        }

        await using var cluster = await PostgresCluster.StartNewAsync();
        await CompareAsync(StoreOptions.Parse("postgres:" + await cluster.NewDatabaseAsync(), FleetCluster.HostKind));
        return 0;
    }

    private static async Task CompareAsync(StoreOptions options)
    {
        await using var store = await RecordStores.OpenAsync(options);
        using var silo = NewSilo(options, store);
        await silo.StartAsync();
        var (records, adoNet) = (new Load(silo, Records), new Load(silo, AdoNet));
        var (ours, theirs) = (0.0, 0.0);
        for (var t = 0; t < Turns; t++)
            (theirs, ours) = (theirs + await adoNet.RateAsync(), ours + await records.RateAsync());
        await silo.StopAsync();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"PostgreSQL, {Callers} callers, {BodyBytes} B: Orleans.Persistence.AdoNet {theirs / Turns:n0}/s, group-committed {ours / Turns:n0}/s, ratio {ours / theirs:n1}"));
    }

    private static IHost NewSilo(StoreOptions options, IRecordStore store)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(store);
        builder.AddFleetSilo(new ClusterSettings(), options.Target, silo =>
        {
            silo.AddAdoNetGrainStorage(AdoNet, states => (states.Invariant, states.ConnectionString) = ("Npgsql", options.Target));
            silo.Services.AddGrainStorage(Records, (_, _) => new RecordGrainStorage(store, JsonSerializerOptions.Web));
        });
        return builder.Build();
    }

    /// <summary>Each caller has states of its own, as each grain has.</summary>
    private sealed class Load(IHost silo, string name)
    {
        private const int StatesEach = 64;

        private readonly IGrainStorage storage = silo.Services.GetRequiredKeyedService<IGrainStorage>(name);
        private readonly GrainState<BenchState>[] states = [.. Enumerable.Range(0, Callers * StatesEach).Select(static _ => new GrainState<BenchState>(new BenchState()))];

        public async Task<double> RateAsync()
        {
            var watch = Stopwatch.StartNew();
            var writes = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => WriteAsync(caller, watch))));
            return writes.Sum() / watch.Elapsed.TotalSeconds;
        }

        private async Task<int> WriteAsync(int caller, Stopwatch watch)
        {
            var random = new Random(caller);
            var done = 0;
            for (; watch.Elapsed < turn; done++)
            {
                var n = (random.Next(StatesEach) * Callers) + caller;
                states[n].State!.Body = Body(done);
                await storage.WriteStateAsync(name, GrainId.Create("bench", StorageBaseline.Key(n)), states[n]);
            }

            return done;
        }

        private static string Body(int n) => bodies.Substring(n % 64 * 16, BodyBytes);

        private static readonly string bodies = Convert.ToHexString(NewBytes());

        private static byte[] NewBytes()
        {
            var bytes = new byte[(BodyBytes / 2) + (64 * 8)];
            new Random(7).NextBytes(bytes);
            return bytes;
        }
    }
}

/// <summary>A state of the bench.</summary>
[GenerateSerializer]
internal sealed class BenchState
{
    /// <summary>Text that does not compress well.</summary>
    [Id(0)]
    public string Body { get; set; } = "";
}
