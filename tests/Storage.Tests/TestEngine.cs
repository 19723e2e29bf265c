using Npgsql;

namespace Mdm.Fleet.Storage.Tests;

/// <summary>Where a suite gets new stores from.</summary>
public interface ITestEngine
{
    Task<StoreOptions> NewStoreAsync();

    /// <summary>Runs SQL behind the store's back.</summary>
    Task ExecuteAsync(StoreOptions store, string sql);
}

/// <summary>SQLite stores in temporary directories.</summary>
public sealed class SqliteTestEngine : ITestEngine, IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("fleet-sqlite-").FullName;
    private int stores;

    public Task<StoreOptions> NewStoreAsync() =>
        Task.FromResult(StoreOptions.Parse($"sqlite:{Path.Combine(root, $"store{Interlocked.Increment(ref stores)}")}"));

    public Task ExecuteAsync(StoreOptions store, string sql)
    {
        using var file = new SqliteFile(store);
        file.Execute(sql);
        return Task.CompletedTask;
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}

/// <summary>Databases of one PostgreSQL.</summary>
public sealed class PostgresTestEngine : ITestEngine, IAsyncLifetime
{
    public PostgresCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await PostgresCluster.StartNewAsync();

    public async Task<StoreOptions> NewStoreAsync() => StoreOptions.Parse($"postgres:{await Cluster.NewDatabaseAsync()}");

    public async Task ExecuteAsync(StoreOptions store, string sql)
    {
        await using var source = NpgsqlDataSource.Create(store.Target);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}

/// <summary>All PostgreSQL suites share one server.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresTestEngine>
{
    public const string Name = "PostgreSQL";
}
