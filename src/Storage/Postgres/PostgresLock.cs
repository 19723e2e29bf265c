using Npgsql;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>What an attempt at the store's lock found.</summary>
internal enum LockAttempt
{
    Taken,
    HeldByOthers,
}

/// <summary>The advisory lock and the owner row, on the connection whose session holds the lock.</summary>
internal sealed class PostgresLock(NpgsqlConnection connection, PostgresOwner owner)
{
    /// <summary>
    /// A first start: an embedded host takes the lock alone; a silo takes it alone to name its cluster, then shares it. A silo that joins others may
    /// be of a newer version than they.
    /// </summary>
    public async Task<LockAttempt> TakeAsync(string name, CancellationToken cancellationToken)
    {
        if (await TryAsync("pg_try_advisory_lock", cancellationToken))
        {
            await PostgresSchema.MigrateAsync(connection, name, cancellationToken);
            await NameOwnerAsync(cancellationToken);
            if (owner.IsShared)
            {
                await TryAsync("pg_try_advisory_lock_shared", cancellationToken);
                await TryAsync("pg_advisory_unlock", cancellationToken);
            }

            return LockAttempt.Taken;
        }

        if (!owner.IsShared || !await TryAsync("pg_try_advisory_lock_shared", cancellationToken) || !await IsOwnerAsync(cancellationToken))
            return LockAttempt.HeldByOthers;
        await PostgresSchema.MigrateAsync(connection, name, cancellationToken);
        return LockAttempt.Taken;
    }

    /// <summary>After the session broke: the lock again, provided that nobody owned the store in between.</summary>
    public async Task<LockAttempt> RegainAsync(int oldSession, CancellationToken cancellationToken)
    {
        // The server may not have noticed yet that the old session is gone.
        if (!owner.IsShared)
            await ScalarAsync($"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE {ThisLock} AND granted AND pid = {oldSession}", cancellationToken);
        var holders = $"SELECT count(*) FROM pg_locks WHERE {ThisLock} AND granted AND pid NOT IN (pg_backend_pid(), {oldSession})";
        while (!await TryAsync(owner.IsShared ? "pg_try_advisory_lock_shared" : "pg_try_advisory_lock", cancellationToken))
        {
            if (await ScalarAsync(holders, cancellationToken) is > 0L)
                return LockAttempt.HeldByOthers;
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        return await IsOwnerAsync(cancellationToken) ? LockAttempt.Taken : LockAttempt.HeldByOthers;
    }

    /// <summary>Who the owner row names, for a message.</summary>
    public async Task<string> DescribeOwnerAsync(CancellationToken cancellationToken)
    {
        if (await ScalarAsync("SELECT to_regclass('store_owner') IS NOT NULL", cancellationToken) is not true)
            return "another process";
        var described = await ScalarAsync("SELECT host_kind || ' host, cluster ' || cluster_id FROM store_owner", cancellationToken);
        return $"another process ({described ?? "starting"})";
    }

    private static string ThisLock =>
        $"locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND objsubid = 1 "
        + $"AND classid = {PostgresOwnership.LockKey >> 32} AND objid = {PostgresOwnership.LockKey & 0xFFFFFFFF}";

    private async Task<bool> TryAsync(string function, CancellationToken cancellationToken) =>
        await ScalarAsync($"SELECT {function}({PostgresOwnership.LockKey})", cancellationToken) is true;

    private async Task<bool> IsOwnerAsync(CancellationToken cancellationToken) =>
        await ScalarAsync("SELECT instance FROM store_owner", cancellationToken) is string instance && instance == owner.Instance;

    /// <summary>Waits for transactions of the owner before: they hold the row in share mode.</summary>
    private async Task NameOwnerAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO store_owner (id, host_kind, cluster_id, instance, since) VALUES (1, $1, $2, $3, now())
            ON CONFLICT (id) DO UPDATE
            SET host_kind = excluded.host_kind, cluster_id = excluded.cluster_id, instance = excluded.instance, since = excluded.since
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = owner.HostKind });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = owner.ClusterId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = owner.Instance });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
