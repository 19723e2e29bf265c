using System.Net;
using System.Net.Sockets;
using Mdm.Fleet.Fleet.Tests.Shifts;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;
using Npgsql;

namespace Mdm.Fleet.Fleet.Tests.Starts.Orleans;

/// <summary>Processes of a cluster that can't start or go on, as real processes: a clear line and exit code 1.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
[Trait("Requirement", "DC-02")]
public sealed class ClusterStartTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-start-");
    private PostgresCluster _postgres = null!;
    private string _store = null!;

    public async Task InitializeAsync()
    {
        _postgres = await PostgresCluster.StartNewAsync();
        _store = "postgres:" + await _postgres.NewDatabaseAsync();
    }

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_frontend_that_finds_no_silo()
    {
        var (code, output, errors) = await RunAsync("--role", "frontend");

        Assert.Equal(1, code);
        Assert.Contains("no silo of cluster fleet was found in 30 attempts", LastLine(errors), StringComparison.Ordinal);
        Assert.DoesNotContain("listens", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--silo-port", "--gateway-port")]
    [InlineData("--gateway-port", "--silo-port")]
    public async Task A_silo_whose_port_is_taken(string taken, string free)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (code, output, errors) = await RunAsync(taken, $"{port}", free, $"{FreePorts.Next()}");

        Assert.Equal(1, code);
        Assert.StartsWith("Mdm.Fleet does not start: ", LastLine(errors), StringComparison.Ordinal);
        Assert.Contains(taken, LastLine(errors), StringComparison.Ordinal);
        Assert.DoesNotContain("listens", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_that_the_others_have_declared_dead()
    {
        var store = StoreOptions.Parse(_store);
        await (await RecordStores.OpenAsync(store)).DisposeAsync();
        await using var source = NpgsqlDataSource.Create(store.Target);

        var running = RunAsync("--silo-port", $"{FreePorts.Next()}", "--gateway-port", $"{FreePorts.Next()}");
        await DeclareDeadAsync(source);
        var (code, _, errors) = await running;

        Assert.Equal(1, code);
        Assert.StartsWith("Mdm.Fleet ends: ", LastLine(errors), StringComparison.Ordinal);
    }

    /// <summary>As soon as it is active: 3 and 6 are SiloStatus.Active and Dead.</summary>
    private static async Task DeclareDeadAsync(NpgsqlDataSource source)
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var dead = source.CreateCommand("""
            WITH dead AS (UPDATE cluster_silos SET status = 6 WHERE status = 3 RETURNING cluster_id)
            UPDATE cluster_versions v SET version = version + 1 FROM dead WHERE v.cluster_id = dead.cluster_id
            """);
        while (await dead.ExecuteNonQueryAsync(patience.Token) == 0)
        {
        }
    }

    private static string LastLine(string errors) => errors.TrimEnd().Split('\n')[^1];

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        BuiltPrograms.RunAsync("Silo", ["--data", _folder.FullName, "--https", "0", "--store", _store, .. arguments]);
}
