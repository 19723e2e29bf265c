using System.Diagnostics;

namespace Mdm.Fleet.Bench.Clusters;

/// <summary>
/// Network namespaces on one bridge, a silo in each, whose ways to one another can be cut without a word: packets go to a hardware address that
/// nobody has. Needs root and iproute2.
/// </summary>
internal sealed class SplitNetwork : IAsyncDisposable
{
    /// <summary>Where the load comes from.</summary>
    public const string Outside = "10.231.7.1";

    /// <summary>Where the database listens.</summary>
    public const string Database = "10.231.7.2";

    private const string Bridge = "fleet-bench";
    private const string Nobody = "02:00:00:00:00:99";
    private readonly int _silos;

    private SplitNetwork(int silos) => _silos = silos;

    /// <summary>The address of a silo, from 0.</summary>
    public static string AddressOf(int silo) => $"10.231.7.{silo + 11}";

    /// <summary>What stands before a command that runs in a silo's namespace.</summary>
    public static IReadOnlyList<string> Enter(int silo) => ["ip", "netns", "exec", NameOf(silo)];

    /// <summary>Makes the bridge and the namespaces.</summary>
    /// <exception cref="InvalidOperationException">Not root, no iproute2, or they are there already.</exception>
    public static async Task<SplitNetwork> CreateAsync(int silos)
    {
        var network = new SplitNetwork(silos);
        await IpAsync("link", "add", Bridge, "type", "bridge");
        try
        {
            await IpAsync("address", "add", $"{Outside}/24", "dev", Bridge);
            await IpAsync("address", "add", $"{Database}/24", "dev", Bridge);
            await IpAsync("link", "set", Bridge, "up");
            for (var silo = 0; silo < silos; silo++)
                await AddAsync(silo);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on nothing that a silo sends reaches an address.</summary>
    public static Task CutAsync(int silo, string address) =>
        IpAsync("-n", NameOf(silo), "neighbor", "replace", address, "lladdr", Nobody, "dev", "eth0", "nud", "permanent");

    /// <summary>It does again.</summary>
    public static Task HealAsync(int silo, string address) => IpAsync("-n", NameOf(silo), "neighbor", "del", address, "dev", "eth0");

    public async ValueTask DisposeAsync()
    {
        for (var silo = 0; silo < _silos; silo++)
            await RunAsync(["netns", "del", NameOf(silo)]);
        await RunAsync(["link", "del", Bridge]);
    }

    private static async Task AddAsync(int silo)
    {
        var (name, outer) = (NameOf(silo), $"fleet-s{silo}");
        await IpAsync("netns", "add", name);
        await IpAsync("link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", name);
        await IpAsync("link", "set", outer, "master", Bridge, "up");
        await IpAsync("-n", name, "address", "add", $"{AddressOf(silo)}/24", "dev", "eth0");
        await IpAsync("-n", name, "link", "set", "lo", "up");
        await IpAsync("-n", name, "link", "set", "eth0", "up");
    }

    private static string NameOf(int silo) => $"fleet-silo-{silo}";

    private static async Task IpAsync(params string[] words)
    {
        if (await RunAsync(words) is { Length: > 0 } error)
            throw new InvalidOperationException($"ip {string.Join(' ', words)}: {error}");
    }

    /// <summary>What it complained of; empty = it worked.</summary>
    private static async Task<string> RunAsync(string[] words)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", words) { RedirectStandardError = true })!;
        var error = await ip.StandardError.ReadToEndAsync();
        await ip.WaitForExitAsync();
        return ip.ExitCode == 0 ? "" : error.Trim() is { Length: > 0 } text ? text : "failed";
    }
}
