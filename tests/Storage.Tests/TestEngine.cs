namespace Mdm.Fleet.Storage.Tests;

/// <summary>Where a suite gets new stores from.</summary>
public interface ITestEngine
{
    Task<StoreOptions> NewStoreAsync();
}

/// <summary>SQLite stores in temporary directories.</summary>
public sealed class SqliteTestEngine : ITestEngine, IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("fleet-sqlite-").FullName;
    private int stores;

    public Task<StoreOptions> NewStoreAsync() =>
        Task.FromResult(StoreOptions.Parse($"sqlite:{Path.Combine(root, $"store{Interlocked.Increment(ref stores)}")}"));

    public void Dispose() => Directory.Delete(root, recursive: true);
}

/// <summary>Databases of one PostgreSQL.</summary>
public sealed class PostgresTestEngine : ITestEngine, IAsyncLifetime
{
    public PostgresCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await PostgresCluster.StartNewAsync();

    public async Task<StoreOptions> NewStoreAsync() => StoreOptions.Parse($"postgres:{await Cluster.NewDatabaseAsync()}");

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}

/// <summary>All PostgreSQL suites share one server.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresTestEngine>
{
    public const string Name = "PostgreSQL";
}
