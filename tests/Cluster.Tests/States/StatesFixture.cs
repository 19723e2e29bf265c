using Mdm.Fleet.Cluster.Hosting;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Providers;
using Orleans.Storage;

namespace Mdm.Fleet.Cluster.Tests.States;

/// <summary>A silo on a PostgreSQL of its own, whose grain states are kept in one of the two ways.</summary>
public abstract class StatesFixture(GrainStates kind) : IAsyncLifetime
{
    private PostgresCluster _cluster = null!;
    private IHost _silo = null!;

    public StoreOptions Options { get; private set; } = null!;

    public IRecordStore Store { get; private set; } = null!;

    /// <summary>The storage that grains of the silo get.</summary>
    public IGrainStorage States { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _cluster = await PostgresCluster.StartNewAsync();
        Options = StoreOptions.Parse("postgres:" + await _cluster.NewDatabaseAsync(), FleetCluster.HostKind);
        Store = await RecordStores.OpenAsync(Options);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(Store);
        builder.AddFleetSilo(new ClusterSettings { States = kind }, Options.Target);
        _silo = builder.Build();
        await _silo.StartAsync();
        States = _silo.Services.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME);
    }

    public async Task DisposeAsync()
    {
        await _silo.StopAsync();
        _silo.Dispose();
        await Store.DisposeAsync();
        await _cluster.DisposeAsync();
    }
}

/// <summary>States as records of our store.</summary>
public sealed class RecordStates() : StatesFixture(GrainStates.GroupCommit);

/// <summary>States by Microsoft.Orleans.Persistence.AdoNet.</summary>
public sealed class AdoNetProvider() : StatesFixture(GrainStates.AdoNet);
