using System.Collections.Concurrent;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>A few read-only connections. In WAL a reader never waits for the writer and sees every commit that ended before it began.</summary>
internal sealed class SqliteReaders(string file, StoreOptions options) : IDisposable
{
    private const int ConnectionsMax = 8;

    private readonly ConcurrentBag<SqliteDatabase> idle = [];
    private readonly SemaphoreSlim free = new(ConnectionsMax);
    private bool closed;

    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<T> ReadAsync<TArgument, T>(TArgument argument, Func<SqliteDatabase, TArgument, T> read, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        SqliteDatabase? database = null;
        try
        {
            if (Volatile.Read(ref closed))
                throw new StoreUnavailableException("The store is closed.");
            if (!idle.TryTake(out database))
                database = Open();
            var result = read(database, argument);
            idle.Add(database);
            database = null;
            return result;
        }
        catch (SqliteFailure failure)
        {
            throw new StoreUnavailableException($"{options.Name} can't be read: {failure.Message}", failure);
        }
        finally
        {
            database?.Dispose();
            free.Release();
        }
    }

    /// <summary>Waits for reads under way, then closes.</summary>
    public void Dispose()
    {
        Volatile.Write(ref closed, true);
        for (var i = 0; i < ConnectionsMax; i++)
            free.Wait();
        while (idle.TryTake(out var database))
            database.Dispose();
        free.Release(ConnectionsMax);
    }

    private SqliteDatabase Open()
    {
        var database = SqliteDatabase.Open(file, readOnly: true, options.CommitWait);
        database.ExecuteScript("PRAGMA query_only = 1; PRAGMA cache_size = -2048; PRAGMA mmap_size = 268435456;");
        return database;
    }
}
