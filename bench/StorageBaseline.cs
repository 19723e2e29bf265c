using System.Globalization;
using Npgsql;
using SQLitePCL;

namespace Mdm.Fleet.Bench;

/// <summary>The plain way: one connection, one prepared statement, one commit for each write; same table, same durability.</summary>
internal abstract class StorageBaseline : IAsyncDisposable
{
    public static string Key(int n) => "device-" + n.ToString("d8", CultureInfo.InvariantCulture);

    public static StorageBaseline Sqlite(string file) => new SqliteBaseline(file);

    public static async Task<StorageBaseline> PostgresAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return new PostgresBaseline(connection);
    }

    public abstract void Fill(int records, Func<int, ReadOnlyMemory<byte>> body);

    public abstract void Update(int record, ReadOnlyMemory<byte> body);

    public abstract ValueTask DisposeAsync();

    private sealed class SqliteBaseline : StorageBaseline
    {
        private readonly sqlite3 connection;
        private readonly sqlite3_stmt update;

        public SqliteBaseline(string file)
        {
            Batteries_V2.Init();
            Check(raw.sqlite3_open(file, out connection));
            Check(raw.sqlite3_exec(connection, """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                CREATE TABLE single (kind TEXT NOT NULL, key TEXT NOT NULL, etag INTEGER NOT NULL, body BLOB NOT NULL);
                CREATE UNIQUE INDEX single_key ON single (kind, key);
                """));
            Check(raw.sqlite3_prepare_v2(connection, "UPDATE single SET body = ?, etag = etag + 1 WHERE kind = 'device' AND key = ?", out update));
        }

        public override void Fill(int records, Func<int, ReadOnlyMemory<byte>> body)
        {
            Check(raw.sqlite3_exec(connection, "BEGIN"));
            for (var n = 0; n < records; n++)
                Check(raw.sqlite3_exec(connection, $"INSERT INTO single VALUES ('device', '{Key(n)}', 1, x'{Convert.ToHexString(body(n).Span)}')"));
            Check(raw.sqlite3_exec(connection, "COMMIT"));
        }

        public override void Update(int record, ReadOnlyMemory<byte> body)
        {
            Check(raw.sqlite3_bind_blob(update, 1, body.Span));
            Check(raw.sqlite3_bind_text(update, 2, Key(record)));
            Check(raw.sqlite3_step(update));
            Check(raw.sqlite3_reset(update));
        }

        public override ValueTask DisposeAsync()
        {
            update.Dispose();
            connection.Dispose();
            return ValueTask.CompletedTask;
        }

        private static void Check(int code)
        {
            if (code is not (raw.SQLITE_OK or raw.SQLITE_DONE))
                throw new InvalidOperationException($"SQLite answers {code}.");
        }
    }

    private sealed class PostgresBaseline(NpgsqlConnection connection) : StorageBaseline
    {
        private readonly NpgsqlParameter<ReadOnlyMemory<byte>> body = new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea };
        private readonly NpgsqlParameter<string> key = new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text };
        private NpgsqlCommand? update;

        public override void Fill(int records, Func<int, ReadOnlyMemory<byte>> body)
        {
            Run("DROP TABLE IF EXISTS single; CREATE TABLE single (LIKE records INCLUDING ALL) WITH (fillfactor = 60, toast_tuple_target = 8160)");
            using var insert = new NpgsqlCommand("INSERT INTO single SELECT 'device', k, 1, b FROM unnest($1::text[], $2::bytea[]) AS i(k, b)", connection);
            insert.Parameters.Add(new NpgsqlParameter { Value = Enumerable.Range(0, records).Select(Key).ToArray() });
            insert.Parameters.Add(new NpgsqlParameter { Value = Enumerable.Range(0, records).Select(n => body(n).ToArray()).ToArray() });
            insert.ExecuteNonQuery();
            update = new NpgsqlCommand("UPDATE single SET body = $1, etag = etag + 1 WHERE kind = 'device' AND key = $2", connection);
            update.Parameters.Add(this.body);
            update.Parameters.Add(key);
            update.Prepare();
        }

        public override void Update(int record, ReadOnlyMemory<byte> body)
        {
            (this.body.TypedValue, key.TypedValue) = (body, Key(record));
            update!.ExecuteNonQuery();
        }

        public override async ValueTask DisposeAsync()
        {
            Run("DROP TABLE IF EXISTS single");
            await connection.DisposeAsync();
        }

        private void Run(string sql)
        {
            using var command = new NpgsqlCommand(sql, connection);
            command.ExecuteNonQuery();
        }
    }
}
