namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>Numbered, forward-only migrations; the table schema_version holds the number of the last one.</summary>
internal static class SqliteSchema
{
    /// <summary>
    /// records keeps its rowid: a body of 2 KB in the leaf of a WITHOUT ROWID table would spill into overflow pages. Events are one table
    /// with an index by day, dropped in bounded steps: a table a day would make each read of a subject a union over all days, and SQLite
    /// frees a dropped table's pages one by one just the same.
    /// </summary>
    private const string Version1 = """
        CREATE TABLE records (kind TEXT NOT NULL, key TEXT NOT NULL, etag INTEGER NOT NULL, body BLOB NOT NULL);
        CREATE UNIQUE INDEX records_key ON records (kind, key);

        CREATE TABLE index_rows (
            kind TEXT NOT NULL, key TEXT NOT NULL, status TEXT NOT NULL, search TEXT NOT NULL, summary BLOB NOT NULL, tags TEXT NOT NULL,
            PRIMARY KEY (kind, key)) WITHOUT ROWID;
        CREATE INDEX index_rows_status ON index_rows (kind, status, key);
        CREATE TABLE index_tags (kind TEXT NOT NULL, tag TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, tag, key)) WITHOUT ROWID;

        CREATE TABLE due (
            kind TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL, mark INTEGER NOT NULL, at INTEGER NOT NULL, shard INTEGER NOT NULL,
            PRIMARY KEY (kind, key, reason)) WITHOUT ROWID;
        CREATE INDEX due_shard ON due (shard, at);

        CREATE TABLE events (
            cursor INTEGER PRIMARY KEY AUTOINCREMENT, day INTEGER NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL,
            subject_kind TEXT NOT NULL, subject_key TEXT NOT NULL, data BLOB NOT NULL);
        CREATE INDEX events_subject ON events (subject_kind, subject_key, cursor);
        CREATE INDEX events_day ON events (day);
        """;

    /// <summary>
    /// Facts are a table of their own beside the index rows: in them, a device's row would outgrow what a page of a WITHOUT ROWID table
    /// keeps of one row (1,002 bytes), and each scan and each change would read and write a second page a row.
    /// </summary>
    private const string Version2 = """
        CREATE TABLE index_facts (
            kind TEXT NOT NULL, key TEXT NOT NULL, status TEXT NOT NULL, facts BLOB NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
        INSERT INTO index_facts (kind, key, status, facts) SELECT kind, key, status, x'' FROM index_rows ORDER BY kind, key;
        CREATE INDEX due_reason ON due (kind, reason, mark);
        """;

    private static readonly string[] migrations = [Version1, Version2];

    /// <exception cref="StoreRefusedException">A newer version wrote the store, or it is another program's database.</exception>
    public static void Migrate(SqliteDatabase database, string name)
    {
        database.ExecuteScript("BEGIN IMMEDIATE");
        var stored = Version(database, name);
        if (stored > migrations.Length)
            throw new StoreRefusedException($"{name} has schema version {stored}; this program knows versions up to {migrations.Length}.");
        for (var version = stored + 1; version <= migrations.Length; version++)
            database.ExecuteScript(migrations[version - 1]);
        database.ExecuteScript($"DELETE FROM schema_version; INSERT INTO schema_version VALUES ({migrations.Length})");
        database.ExecuteScript("COMMIT");
    }

    private static int Version(SqliteDatabase database, string name)
    {
        if (Count(database, "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'") == 0)
        {
            if (Count(database, "SELECT count(*) FROM sqlite_master") > 0)
                throw new StoreRefusedException($"{name} holds the database of another program.");
            database.ExecuteScript("CREATE TABLE schema_version (version INTEGER NOT NULL)");
        }

        return Count(database, "SELECT coalesce(max(version), 0) FROM schema_version");
    }

    private static int Count(SqliteDatabase database, string sql)
    {
        using var row = database.Prepare(sql).Start();
        row.Step();
        return (int)row.Long(0);
    }
}
