using System.Globalization;
using Mdm.Fleet.Storage.Postgres.Cluster;
using Npgsql;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>Numbered, forward-only migrations; the table schema_version holds the number of the last one.</summary>
internal static class PostgresSchema
{
    /// <summary>
    /// Names are compared by bytes (collation "C"), as SQLite does. A record of a few KB stays in its page, uncompressed; free room in
    /// each page keeps an update off the index (HOT). store_fence locks the owner row in share mode, so that a new owner, who updates it, waits
    /// for transactions under way and none of the old owner comes after it.
    /// </summary>
    private const string Version1 = """
        CREATE TABLE store_owner (
            id int PRIMARY KEY CHECK (id = 1), host_kind text NOT NULL, cluster_id text NOT NULL, instance text NOT NULL, since timestamptz NOT NULL);
        CREATE FUNCTION store_fence(owner text) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM 1 FROM store_owner WHERE id = 1 AND instance = owner FOR SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'another process owns the store' USING ERRCODE = 'MDM01';
            END IF;
        END $$;

        CREATE TABLE records (
            kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, etag bigint NOT NULL, body bytea NOT NULL, PRIMARY KEY (kind, key))
            WITH (fillfactor = 60, toast_tuple_target = 8160);

        CREATE TABLE index_rows (
            kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, status text COLLATE "C" NOT NULL, search text COLLATE "C" NOT NULL,
            summary bytea NOT NULL, tags text COLLATE "C" NOT NULL, PRIMARY KEY (kind, key));
        CREATE INDEX index_rows_status ON index_rows (kind, status, key);
        CREATE TABLE index_tags (
            kind text COLLATE "C" NOT NULL, tag text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, PRIMARY KEY (kind, tag, key));

        CREATE TABLE due (
            kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, reason text COLLATE "C" NOT NULL, mark bigint NOT NULL,
            at bigint NOT NULL, shard int NOT NULL, PRIMARY KEY (kind, key, reason));
        CREATE INDEX due_shard ON due (shard, at);

        CREATE TABLE events (
            cursor bigint NOT NULL, day date NOT NULL, at bigint NOT NULL, type text NOT NULL,
            subject_kind text COLLATE "C" NOT NULL, subject_key text COLLATE "C" NOT NULL, data bytea NOT NULL) PARTITION BY RANGE (day);
        CREATE INDEX events_cursor ON events (cursor);
        CREATE INDEX events_subject ON events (subject_kind, subject_key, cursor);
        CREATE TABLE event_log (id int PRIMARY KEY CHECK (id = 1), base bigint NOT NULL, dropped bigint NOT NULL);
        INSERT INTO event_log VALUES (1, 0, 0);
        """;

    /// <summary>
    /// A row with its facts stays in its page, uncompressed, as a record does: a scan meets no second table. The index by reason is over an
    /// expression that only the count names: a planner that took it for the look-up of one mark would read all of that reason.
    /// </summary>
    private const string Version2 = """
        ALTER TABLE index_rows ADD COLUMN facts bytea NOT NULL DEFAULT '';
        ALTER TABLE index_rows SET (toast_tuple_target = 8160);
        CREATE INDEX due_reason ON due ((kind || ' ' || reason), mark);
        """;

    /// <summary>What Orleans' ADO.NET providers ask for, whichever host runs on the store: a single node grows into a cluster on the same database.</summary>
    private static readonly string version3 =
        MembershipSql.Tables + GrainStateSql.Tables + StreamSql.Tables
        + NamedQuery.Script([.. MembershipSql.Queries, .. GrainStateSql.Queries, .. StreamSql.Queries]);

    private static readonly string[] migrations = [Version1, Version2, version3];

    /// <exception cref="StoreRefusedException">A newer version wrote the store.</exception>
    public static async Task MigrateAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Silos of one cluster may start at the same moment.
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({PostgresOwnership.LockKey + 1})", cancellationToken);
        await RunAsync(connection, "CREATE TABLE IF NOT EXISTS schema_version (version int NOT NULL)", cancellationToken);
        await using var command = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_version", connection);
        var stored = Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        if (stored > migrations.Length)
            throw new StoreRefusedException($"{name} has schema version {stored}; this program knows versions up to {migrations.Length}.");
        for (var version = stored + 1; version <= migrations.Length; version++)
            await RunAsync(connection, migrations[version - 1], cancellationToken);
        if (stored < migrations.Length)
            await RunAsync(connection, $"DELETE FROM schema_version; INSERT INTO schema_version VALUES ({migrations.Length})", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
