using SQLitePCL;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>One connection with its prepared statements. For one thread at a time.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> statements = new(StringComparer.Ordinal);
    private readonly sqlite3 handle;

    static SqliteDatabase() => Batteries_V2.Init();

    private SqliteDatabase(sqlite3 handle) => this.handle = handle;

    /// <exception cref="SqliteFailure"/>
    public static SqliteDatabase Open(string file, bool readOnly, TimeSpan lockWait)
    {
        var flags = raw.SQLITE_OPEN_NOMUTEX | (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        var code = raw.sqlite3_open_v2(file, out var handle, flags, null);
        var database = new SqliteDatabase(handle);
        try
        {
            database.Check(code);
            _ = raw.sqlite3_extended_result_codes(handle, 1);
            database.Check(raw.sqlite3_busy_timeout(handle, (int)lockWait.TotalMilliseconds));
            return database;
        }
        catch (SqliteFailure)
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The statement of a text, prepared once.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (statements.TryGetValue(sql, out var statement))
            return statement;
        Check(raw.sqlite3_prepare_v3(handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared));
        return statements[sql] = new SqliteStatement(this, prepared);
    }

    public void Execute(string sql)
    {
        using var _ = Prepare(sql).Run();
    }

    /// <summary>Several statements at once, not kept.</summary>
    public void ExecuteScript(string sql) => Check(raw.sqlite3_exec(handle, sql));

    /// <summary>Rows that the last INSERT, UPDATE or DELETE changed.</summary>
    public int Changes => raw.sqlite3_changes(handle);

    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    public void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw new SqliteFailure(code, raw.sqlite3_errmsg(handle).utf8_to_string());
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
            statement.Close();
        statements.Clear();
        handle.Dispose();
    }
}
