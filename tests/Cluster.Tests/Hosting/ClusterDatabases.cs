using Mdm.Fleet.Cluster.Hosting;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Cluster.Tests.Hosting;

/// <summary>A PostgreSQL of its own, with a database that has our schema for each that asks.</summary>
public sealed class ClusterDatabases : IAsyncLifetime
{
    private PostgresCluster _postgres = null!;

    public async Task InitializeAsync() => _postgres = await PostgresCluster.StartNewAsync();

    public async Task<string> NewAsync()
    {
        var options = StoreOptions.Parse("postgres:" + await _postgres.NewDatabaseAsync(), FleetCluster.HostKind);
        await (await RecordStores.OpenAsync(options)).DisposeAsync();
        return options.Target;
    }

    public async Task DisposeAsync() => await _postgres.DisposeAsync();
}
