using System.Diagnostics;

namespace Mdm.Fleet.Storage.Tests;

/// <summary>
/// A PostgreSQL of one's own: a new cluster in a temporary directory, on a free port of 127.0.0.1, fsync on. It can be stopped and
/// started; disposing of it removes it. PostgreSQL refuses to run as root, so that root hands it to the user "postgres".
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private readonly string directory;
    private readonly int port;
    private readonly string address;
    private int databases;

    private PostgresCluster(string directory, string address, int port)
    {
        this.directory = directory;
        this.address = address;
        this.port = port;
    }

    private string DataDirectory => Path.Combine(directory, "data");

    /// <summary>Creates the cluster and starts it; clients of the address's network (24 bits) need no password.</summary>
    public static async Task<PostgresCluster> StartNewAsync(string address = "127.0.0.1")
    {
        var directory = Directory.CreateTempSubdirectory("fleet-postgres-").FullName;
        if (Environment.UserName == "root")
            await RunAsync("chown", ["postgres", directory]);
        var cluster = new PostgresCluster(directory, address, FreePorts.Next());
        await RunAsOwnerAsync("initdb", ["-D", cluster.DataDirectory, "-U", "fleet", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]);
        await File.AppendAllTextAsync(Path.Combine(cluster.DataDirectory, "pg_hba.conf"), $"host all all {address}/24 trust\n");
        await cluster.StartAsync();
        return cluster;
    }

    public Task StartAsync() => RunAsOwnerAsync(
        "pg_ctl",
        ["-D", DataDirectory, "-w", "-t", "180", "-l", Path.Combine(directory, "log"), "-o", $"-h {address} -p {port} -k {directory} -c recovery_init_sync_method=syncfs", "start"]);

    /// <summary>Ends every session and the server at once; the next start recovers from its log.</summary>
    public Task StopAsync() => RunAsOwnerAsync("pg_ctl", ["-D", DataDirectory, "-w", "-m", "immediate", "stop"]);

    /// <summary>A new, empty database; the answer is an Npgsql connection string.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"fleet{Interlocked.Increment(ref databases)}";
        await RunAsOwnerAsync("createdb", ["-h", address, "-p", $"{port}", "-U", "fleet", name]);
        return $"Host={address};Port={port};Username=fleet;Database={name}";
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(DataDirectory, "postmaster.pid")))
            await StopAsync();
        Directory.Delete(directory, recursive: true);
    }

    private static Task RunAsOwnerAsync(string program, string[] arguments)
    {
        var path = Path.Combine(BinaryDirectory(), program);
        return Environment.UserName == "root"
            ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private static string BinaryDirectory() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(Directory.Exists).Max()!
            : throw new InvalidOperationException("These tests need PostgreSQL: apt-get install postgresql.");

    // Output goes to nobody: a server that inherits a pipe would keep its reader waiting.
    private static async Task RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        foreach (var argument in (string[])["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} exits with {process.ExitCode}.");
    }
}
