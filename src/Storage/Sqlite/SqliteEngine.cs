using Mdm.Fleet.Storage.Commit;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>Commits batches on one connection: WAL, a sync at every commit.</summary>
internal sealed class SqliteEngine(string file, StoreOptions options) : ICommitEngine
{
    private SqliteDatabase? database = Open(file, options);

    public static SqliteDatabase Open(string file, StoreOptions options)
    {
        var database = SqliteDatabase.Open(file, readOnly: false, options.CommitWait);
        try
        {
            database.ExecuteScript("""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = 4000;
                PRAGMA journal_size_limit = 67108864;
                PRAGMA cache_size = -16384;
                """);
            if (options.SqlitePagesMax > 0)
                database.ExecuteScript($"PRAGMA max_page_count = {options.SqlitePagesMax}");
            return database;
        }
        catch (SqliteFailure)
        {
            database.Dispose();
            throw;
        }
    }

    public void Commit(CommitBatch batch)
    {
        try
        {
            database ??= Open(file, options);
            database.Execute("BEGIN IMMEDIATE");
            Write(database, batch);
            database.Execute("COMMIT");
        }
        catch (SqliteFailure failure)
        {
            Recover(failure);
            if (failure.IsStoreAtFault)
                throw new StoreUnavailableException($"{options.Name} refuses to write: {failure.Message}", failure);
            throw;
        }
    }

    public void Dispose() => database?.Dispose();

    private static void Write(SqliteDatabase database, CommitBatch batch)
    {
        foreach (var write in batch.Writes)
            SqliteRecordWriter.Write(database, write);
        foreach (var marks in batch.Marks)
            SqliteDueWriter.Write(database, marks.Changes);
        if (batch.Drop is { } drop)
            drop.Outcome = SqliteEventWriter.Drop(database, drop.Before);
    }

    /// <summary>Back to a connection without a transaction, by a new one where the old one can't be trusted.</summary>
    private void Recover(SqliteFailure failure)
    {
        try
        {
            if (database is { InTransaction: true })
                database.ExecuteScript("ROLLBACK");
        }
        catch (SqliteFailure)
        {
            Drop();
        }

        if (failure.IsFileInDoubt)
            Drop();
    }

    private void Drop()
    {
        database?.Dispose();
        database = null;
    }
}
