using Mdm.Fleet.Fleet.Tests.Shifts;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;
using Npgsql;

namespace Mdm.Fleet.Fleet.Tests.Starts;

/// <summary>Stores that a server must not start on, as real processes: one clear line and exit code 1.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class StoreStartTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-start-");
    private PostgresCluster _cluster = null!;
    private StoreOptions _store = null!;

    public async Task InitializeAsync()
    {
        _cluster = await PostgresCluster.StartNewAsync();
        _store = StoreOptions.Parse("postgres:" + await _cluster.NewDatabaseAsync());
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_PostgreSQL_store_of_a_newer_version()
    {
        await (await RecordStores.OpenAsync(_store)).DisposeAsync();
        await using var source = NpgsqlDataSource.Create(_store.Target);
        await using var newer = source.CreateCommand("UPDATE schema_version SET version = 999");
        await newer.ExecuteNonQueryAsync();

        await AssertRefusedAsync("postgres:" + _store.Target, $"{_store.Name} has schema version 999; this program knows versions up to");
    }

    [Fact]
    public async Task A_SQLite_store_of_a_newer_version()
    {
        var store = StoreOptions.Parse("sqlite:" + Path.Combine(_folder.FullName, "store"));
        await (await RecordStores.OpenAsync(store)).DisposeAsync();
        using (var newer = new SqliteFile(store))
            newer.Execute("UPDATE schema_version SET version = 999");

        await AssertRefusedAsync("sqlite:" + store.Target, $"{store.Name} has schema version 999; this program knows versions up to");
    }

    [Theory]
    [InlineData("embedded", "fleet")]
    [InlineData("cluster", "blue")]
    public async Task A_store_that_another_process_owns(string hostKind, string clusterId)
    {
        await using var owner = await RecordStores.OpenAsync(_store with { HostKind = hostKind, ClusterId = clusterId });

        await AssertRefusedAsync("postgres:" + _store.Target, $"{_store.Name} is in use by another process ({hostKind} host, cluster {clusterId})");
    }

    [Fact]
    public async Task A_store_whose_grain_states_Orleans_ADO_NET_provider_keeps()
    {
        await using (var owner = await RecordStores.OpenAsync(_store))
            await owner.WriteAsync(new(new("installation", "adonet-states"), "{}"u8.ToArray(), 0));

        await AssertRefusedAsync("postgres:" + _store.Target, $"{_store.Name} keeps its grain states by ADO.NET: it takes a cluster with --grain-storage adonet.");
    }

    [Fact]
    public async Task A_server_of_databases_that_is_not_there() =>
        await AssertRefusedAsync("postgres:Host=127.0.0.1;Port=1;Username=u;Database=fleet", "PostgreSQL database fleet at 127.0.0.1:1 can't be reached");

    private async Task AssertRefusedAsync(string store, string expected)
    {
        var (code, output, errors) = await BuiltPrograms.RunAsync("Silo", "--data", Path.Combine(_folder.FullName, "data"), "--https", "0", "--store", store);

        Assert.Equal(1, code);
        StartTests.AssertOneLine(errors, expected);
        Assert.DoesNotContain("listens", output, StringComparison.Ordinal);
    }
}
