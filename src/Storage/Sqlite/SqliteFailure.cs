using SQLitePCL;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>An error code of SQLite (https://www.sqlite.org/rescode.html) with its message.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception($"{message} (SQLite {code})")
{
    /// <summary>The primary code: the low byte of an extended one.</summary>
    public int Code { get; } = code & 0xFF;

    /// <summary>The file, the disk or a foreign lock is at fault, not the statement.</summary>
    public bool IsStoreAtFault => Code is not (raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE);

    /// <summary>The connection's picture of the file may be wrong: open it again.</summary>
    public bool IsFileInDoubt => Code is raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY;
}
