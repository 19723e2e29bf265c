using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Bench;

/// <summary>What a fan-out and a preview ask of the store at 100,000 devices: passes over their facts, due marks in bulk, counts of marks.</summary>
public static class ScanBench
{
    private const int Devices = 100_000;
    private const int FactsBytes = 400;
    private const int Callers = 64;
    private const int Turns = 5;

    /// <summary>SQLite in a temporary directory; PostgreSQL in the database of an argument "postgres:CONNECTION", else on a server of its own.</summary>
    public static async Task RunAsync(string[] args)
    {
        var directory = Directory.CreateTempSubdirectory("fleet-bench-").FullName;
        await MeasureAsync("SQLite", StoreOptions.Parse($"sqlite:{directory}"));
        Directory.Delete(directory, recursive: true);
        if (args is [var given])
        {
            await MeasureAsync("PostgreSQL", StoreOptions.Parse(given));
            return;
        }

        await using var cluster = await PostgresCluster.StartNewAsync();
        await MeasureAsync("PostgreSQL", StoreOptions.Parse($"postgres:{await cluster.NewDatabaseAsync()}"));
    }

    private static async Task MeasureAsync(string engine, StoreOptions options)
    {
        await using var store = await RecordStores.OpenAsync(options);
        await PrintWritesAsync(engine, $"{Devices:n0} devices with index rows and {FactsBytes} bytes of facts", store, 0);
        await PrintWritesAsync(engine, "each once more with other facts", store, 1);
        await PrintScanAsync(engine, "all", store, null, withSummary: false);
        await PrintScanAsync(engine, "all, with summaries", store, null, withSummary: true);
        await PrintScanAsync(engine, "every other one, by a tag", store, "group:0", withSummary: false);
        var writing = WriteAllAsync(store, 2);
        await PrintScanAsync(engine, "all, beside 64 writers", store, null, withSummary: false);
        await writing;
        await PrintMarksAsync(engine, store);
    }

    private static async Task PrintWritesAsync(string engine, string what, IRecordStore store, long etag)
    {
        var before = Environment.CpuUsage.TotalTime;
        var time = await TimeAsync(() => WriteAllAsync(store, etag));
        var cpu = (Environment.CpuUsage.TotalTime - before) / Devices;
        Print(engine, $"{what}, {Callers} callers: {Devices / time.TotalSeconds:n0}/s, {cpu.TotalMicroseconds:n0} µs of this process a write");
    }

    private static async Task PrintScanAsync(string engine, string what, IRecordStore store, string? tag, bool withSummary)
    {
        var (rows, bytes) = (0, 0L);
        var times = new TimeSpan[Turns];
        for (var turn = 0; turn < Turns; turn++)
        {
            var before = GC.GetTotalAllocatedBytes();
            times[turn] = await TimeAsync(async () => rows = await ScanAsync(store, tag, withSummary));
            bytes = GC.GetTotalAllocatedBytes() - before;
        }

        Array.Sort(times);
        Print(engine, $"scan of {rows:n0} ({what}): {times[Turns / 2].TotalMilliseconds:n0} ms, {bytes / rows:n0} B allocated a row");
    }

    private static async Task<int> ScanAsync(IRecordStore store, string? tag, bool withSummary)
    {
        var rows = 0;
        string? after = null;
        do
        {
            var page = await store.ScanAsync("device", after, RecordLimits.ScanRowsMax, tag, withSummary);
            rows += page.Rows.Length;
            after = page.Next;
        }
        while (after is not null);
        return rows;
    }

    private static async Task PrintMarksAsync(string engine, IRecordStore store)
    {
        foreach (var (reason, size) in ((string, int)[])[("catalog", 5000), ("push", 500)])
        {
            var set = await TimeAsync(() => MarkAsync(store, reason, size, DateTimeOffset.UnixEpoch));
            Print(engine, $"due marks set in lists of {size:n0}: {Devices / set.TotalSeconds:n0}/s");
        }

        var count = await TimeAsync(() => store.CountDueAsync("device", "catalog", 1, 10_000));
        var none = await TimeAsync(() => store.CountDueAsync("device", "catalog", 0, 10_000));
        Print(engine, $"10,000 of them counted in {count.TotalMilliseconds:n1} ms, none of 200,000 in {none.TotalMilliseconds:n1} ms");
        var clear = await TimeAsync(() => MarkAsync(store, "catalog", 5000, null));
        Print(engine, $"due marks cleared in lists of 5,000: {Devices / clear.TotalSeconds:n0}/s");
    }

    private static async Task MarkAsync(IRecordStore store, string reason, int size, DateTimeOffset? at)
    {
        foreach (var page in ordered.Chunk(size))
            await store.MarkAsync([.. page.Select(device => new DueChange(device, reason, 1, at))]);
    }

    private static Task WriteAllAsync(IRecordStore store, long etag) => Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
    {
        for (var n = caller; n < Devices; n += Callers)
            await store.WriteAsync(new(Device(n), bodies.AsMemory(n % 64, 1000), etag, Row(n, etag)));
    })));

    /// <summary>Keys do not come in order, as those of devices don't.</summary>
    private static RecordKey Device(int n) => new("device", $"{(uint)n * 2654435761u:x8}-{n:x8}-0001-0002-000000000003");

    private static IndexRow Row(int n, long etag) => new(
        "enrolled.nobody.none",
        $"{Device(n).Key} dmpxk{n} ipad {n} ipad air (5th generation) nobody",
        Encoding.UTF8.GetBytes(new string('s', 350)),
        ["status:enrolled", "owner:nobody", "handOver:none", $"group:{n % 2}"],
        bodies.AsMemory((int)etag + (n % 64), FactsBytes));

    private static async Task<TimeSpan> TimeAsync(Func<Task> what)
    {
        var watch = Stopwatch.StartNew();
        await what();
        return watch.Elapsed;
    }

    private static void Print(string engine, FormattableString line) => Console.WriteLine($"{engine}: {line.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>In the order in which a scan meets them.</summary>
    private static readonly RecordKey[] ordered = [.. Enumerable.Range(0, Devices).Select(Device).OrderBy(static key => key.Key, StringComparer.Ordinal)];

    private static readonly byte[] bodies = NewBodies();

    private static byte[] NewBodies()
    {
        var bytes = new byte[2000];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
