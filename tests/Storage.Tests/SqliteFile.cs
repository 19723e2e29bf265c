using SQLitePCL;

namespace Mdm.Fleet.Storage.Tests;

/// <summary>A foreign program's connection to a store's file.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly sqlite3 connection;

    public SqliteFile(StoreOptions store)
    {
        Batteries_V2.Init();
        Directory.CreateDirectory(store.Target);
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(Path.Combine(store.Target, "fleet.db"), out connection));
        _ = raw.sqlite3_busy_timeout(connection, 10_000);
    }

    public void Execute(string sql) => Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(connection, sql));

    public void Dispose() => connection.Dispose();
}
