using System.Diagnostics;
using System.Globalization;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Bench;

/// <summary>
/// Durable 2 KB updates by 64 callers through the group-committed store, against one connection with one prepared commit each, in turns within one
/// run: the ratio holds where the machine's speed does not.
/// </summary>
public static class StorageBench
{
    private const int Callers = 64;
    private const int Records = 8192;
    private const int BodyBytes = 2048;
    private const int Turns = 3;
    private static readonly TimeSpan turn = TimeSpan.FromSeconds(3);

    /// <summary>SQLite in a temporary directory; PostgreSQL in the database of an argument "postgres:CONNECTION", else on a server of its own.</summary>
    public static async Task RunAsync(string[] args)
    {
        var directory = Directory.CreateTempSubdirectory("fleet-bench-").FullName;
        await using (var single = StorageBaseline.Sqlite(Path.Combine(directory, "single.db")))
            await CompareAsync("SQLite", StoreOptions.Parse($"sqlite:{Path.Combine(directory, "store")}"), single, target: 1.8);
        Directory.Delete(directory, recursive: true);

        if (args is [var given])
        {
            await ComparePostgresAsync(StoreOptions.Parse(given));
            return;
        }

        await using var cluster = await PostgresCluster.StartNewAsync();
        await ComparePostgresAsync(StoreOptions.Parse($"postgres:{await cluster.NewDatabaseAsync()}"));
    }

    private static async Task ComparePostgresAsync(StoreOptions options)
    {
        await using var single = await StorageBaseline.PostgresAsync(options.Target);
        await CompareAsync("PostgreSQL", options, single, target: 8);
    }

    private static async Task CompareAsync(string engine, StoreOptions options, StorageBaseline single, double target)
    {
        await using var store = await RecordStores.OpenAsync(options);
        var etags = new long[Records];
        await Task.WhenAll(Enumerable.Range(0, Records).Select(async n =>
            etags[n] = await store.WriteAsync(new(Key(n), Body(n), (await store.ReadAsync(Key(n)))?.Etag ?? 0))));
        single.Fill(Records, Body);

        var (one, many, bytes) = (0.0, 0.0, 0L);
        for (var t = 0; t < Turns; t++)
        {
            one += SingleRate(single);
            var before = GC.GetTotalAllocatedBytes();
            var rate = await GroupRateAsync(store, etags);
            (many, bytes) = (many + rate, bytes + ((GC.GetTotalAllocatedBytes() - before) / (long)(rate * turn.TotalSeconds)));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{engine}: one by one {one / Turns:n0}/s, {Callers} callers {many / Turns:n0}/s, ratio {many / one:n1} (to reach {target:n1}), {bytes / Turns:n0} B allocated a write"));
    }

    private static double SingleRate(StorageBaseline single)
    {
        var random = new Random(1);
        var watch = Stopwatch.StartNew();
        var writes = 0;
        for (; watch.Elapsed < turn; writes++)
            single.Update(random.Next(Records), Body(writes));
        return writes / watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> GroupRateAsync(IRecordStore store, long[] etags)
    {
        var watch = Stopwatch.StartNew();
        var writes = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            var done = 0;
            for (; watch.Elapsed < turn; done++)
            {
                // Each caller has keys of its own, as each grain has.
                var n = (random.Next(Records / Callers) * Callers) + caller;
                etags[n] = await store.WriteAsync(new(Key(n), Body(done), etags[n]));
            }

            return done;
        })));
        return writes.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static RecordKey Key(int n) => new("device", StorageBaseline.Key(n));

    /// <summary>Bytes that do not compress well, a few different ones.</summary>
    private static ReadOnlyMemory<byte> Body(int n) => bodies.AsMemory(n % 64 * 16, BodyBytes);

    private static readonly byte[] bodies = NewBodies();

    private static byte[] NewBodies()
    {
        var bytes = new byte[BodyBytes + (64 * 16)];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
