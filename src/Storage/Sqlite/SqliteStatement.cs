using System.Text;
using SQLitePCL;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>A prepared statement: run with values, read row by row, disposed of to be reset.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt handle) : IDisposable
{
    private int bound;

    /// <summary>Starts over; values follow in order, then <see cref="Step"/>.</summary>
    public SqliteStatement Start()
    {
        bound = 0;
        return this;
    }

    public SqliteStatement With(long value)
    {
        database.Check(raw.sqlite3_bind_int64(handle, ++bound, value));
        return this;
    }

    public SqliteStatement With(string value)
    {
        Span<byte> utf8 = stackalloc byte[1024];
        var code = value.Length is > 0 and <= 340
            ? raw.sqlite3_bind_text(handle, ++bound, utf8[..Encoding.UTF8.GetBytes(value, utf8)])
            : raw.sqlite3_bind_text(handle, ++bound, value);
        database.Check(code);
        return this;
    }

    public SqliteStatement With(ReadOnlySpan<byte> value)
    {
        // An empty span would bind NULL.
        database.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, ++bound, 0) : raw.sqlite3_bind_blob(handle, ++bound, value));
        return this;
    }

    public SqliteStatement With(RecordKey key) => With(key.Kind).With(key.Key);

    /// <summary>True where there is a row to read.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        database.Check(code);
        return code == raw.SQLITE_ROW;
    }

    /// <summary>Steps a statement whose rows are of no interest.</summary>
    public SqliteStatement Run()
    {
        try
        {
            Step();
        }
        catch (SqliteFailure)
        {
            Dispose();
            throw;
        }

        return this;
    }

    /// <summary>Runs it and answers how many rows changed.</summary>
    public int Change()
    {
        using (Run())
            return database.Changes;
    }

    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public byte[] Blob(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    /// <summary>Ends the run. Its error was thrown by the step already.</summary>
    public void Dispose() => _ = raw.sqlite3_reset(handle);

    public void Close() => handle.Dispose();
}
