using System.Diagnostics;
using Mdm.Fleet.Bench.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Mdm.Fleet.Bench;

/// <summary>
/// Calls to grains of the host that this build has, and their memory, as ratios to what Orleans 10 reached on a machine of this kind (one silo,
/// in-process client, 64 callers): 310-512 k calls/s to 100,000 warm grains, 38-63 k first calls/s, 2.6 KB a bare activation, 6 KB with state.
/// </summary>
internal static class GrainBench
{
    private const int Callers = 64;
    private const double OrleansCalls = 512_000;
    private const double OrleansFirstCalls = 63_000;
    private const double OrleansBareBytes = 2_600;
    private const double OrleansStateBytes = 6_000;

    public static async Task RunAsync(string[] args)
    {
        var grains = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 100_000;
        var keys = Enumerable.Range(0, grains).Select(n => $"00008120-{n:X16}").ToArray();
        using var host = BenchGrains.Build();
        await host.StartAsync();
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        await FirstCallsAsync(factory, keys);
        await WarmCallsAsync(factory, keys);
        await StateBytesAsync(factory, keys);
        await host.StopAsync();
    }

    private static async Task FirstCallsAsync(IGrainFactory factory, string[] keys)
    {
        await factory.GetGrain<IPingGrain>("warm-up").PingAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var seconds = await TimedAsync(keys.Length, n => factory.GetGrain<IPingGrain>(keys[n]).PingAsync());
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)keys.Length;
        Print("first calls", keys.Length / seconds, "/s", keys.Length / seconds / OrleansFirstCalls);
        Print("bare activation", bytes, "bytes", OrleansBareBytes / bytes);
    }

    private static async Task WarmCallsAsync(IGrainFactory factory, string[] keys)
    {
        var calls = Math.Max(keys.Length * 50, 5_000_000);
        var references = Array.ConvertAll(keys, key => factory.GetGrain<IPingGrain>(key));
        await TimedAsync(keys.Length * 5, n => references[n % keys.Length].PingAsync());
        var held = calls / await TimedAsync(calls, n => references[n % keys.Length].PingAsync());
        Print("calls, reference held", held, "/s", held / OrleansCalls);
        var byKey = calls / await TimedAsync(calls, n => factory.GetGrain<IPingGrain>(keys[n % keys.Length]).PingAsync());
        Print("calls, reference made each time", byKey, "/s", byKey / OrleansCalls);
        var waiting = calls / 5 / await TimedAsync(calls / 5, n => references[n % keys.Length].YieldAsync());
        Console.WriteLine(FormattableString.Invariant($"grains: calls whose turn waits once: {waiting:N0} /s (no number of Orleans)"));
    }

    private static async Task StateBytesAsync(IGrainFactory factory, string[] keys)
    {
        await factory.GetGrain<IPingStateGrain>("warm-up").PingAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await TimedAsync(keys.Length, n => factory.GetGrain<IPingStateGrain>(keys[n]).PingAsync());
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)keys.Length;
        Print($"activation with a state of {PingState.Encoded.Length} bytes of JSON", bytes, "bytes", OrleansStateBytes / bytes);
    }

    /// <summary>Seconds that the callers together need for so many calls; each caller awaits one call before the next.</summary>
    private static async Task<double> TimedAsync(int calls, Func<int, Task> call)
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var n = caller; n < calls; n += Callers)
                await call(n);
        })));
        return clock.Elapsed.TotalSeconds;
    }

    private static void Print(string what, double value, string unit, double ratio) =>
        Console.WriteLine(FormattableString.Invariant($"grains: {what}: {value:N0} {unit}, {ratio:N1} x Orleans"));
}
