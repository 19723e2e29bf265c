using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using static Mdm.Fleet.Storage.Postgres.PostgresRound;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>Reads of the event log, and its retention.</summary>
internal sealed class PostgresEventQueries(PostgresReaders readers, PostgresEventLog log, PostgresOwner owner)
{
    private const string Columns = "SELECT cursor, at, type, subject_kind, subject_key, data FROM events ";

    /// <summary>The settled events, and whether there are some that a running transaction holds back.</summary>
    public async Task<(ImmutableArray<StoredEvent> Events, bool HeldBack)> AfterAsync(
        long after, int limit, RecordKey? subject, CancellationToken cancellationToken)
    {
        var sql = $"""
            SELECT cursor, at, type, subject_kind, subject_key, data, cursor < {log.Barrier} FROM events
            WHERE cursor > $1 {(subject is null ? "" : "AND subject_kind = $3 AND subject_key = $4 ")}ORDER BY cursor LIMIT $2
            """;
        NpgsqlParameter[] parameters = subject is { } of ? [Number(after), Number(limit), Text(of.Kind), Text(of.Key)] : [Number(after), Number(limit)];
        var rows = await readers.ReadAsync(sql, parameters, static row => (Event: Event(row), IsSettled: row.GetBoolean(6)), cancellationToken);
        var settled = rows.TakeWhile(static r => r.IsSettled).Select(static r => r.Event).ToImmutableArray();
        return (settled, settled.Length < rows.Length);
    }

    public Task<ImmutableArray<StoredEvent>> LatestAsync(RecordKey subject, long? before, int limit, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            Columns + $"WHERE subject_kind = $1 AND subject_key = $2 AND cursor < least($3, {log.Barrier}) ORDER BY cursor DESC LIMIT $4",
            [Text(subject.Kind), Text(subject.Key), Number(before ?? long.MaxValue), Number(limit)],
            Event,
            cancellationToken);

    public async Task<long> LastAsync(CancellationToken cancellationToken)
    {
        var sql = $"""
            SELECT greatest((SELECT dropped FROM event_log), (SELECT cursor FROM events WHERE cursor < {log.Barrier} ORDER BY cursor DESC LIMIT 1))
            """;
        return (await readers.ReadAsync(sql, [], static row => row.GetInt64(0), cancellationToken))[0];
    }

    /// <summary>Drops partitions one by one, each in a transaction of its own, and keeps in mind how far the cursor went.</summary>
    public async Task<int> DropAsync(DateOnly before, CancellationToken cancellationToken)
    {
        var names = await readers.ReadAsync(
            "SELECT relname::text FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'events'::regclass ORDER BY relname",
            [],
            static row => row.GetString(0),
            cancellationToken);
        var dropped = 0;
        foreach (var name in names)
            if (DateOnly.TryParseExact(name.AsSpan(7), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < before)
                dropped += await DropDayAsync(day, cancellationToken) ? 1 : 0;
        return dropped;
    }

    private async Task<bool> DropDayAsync(DateOnly day, CancellationToken cancellationToken)
    {
        log.Forget(day);
        try
        {
            await using var connection = await readers.Source.OpenConnectionAsync(cancellationToken);
            await using var batch = new NpgsqlBatch(connection);
            Add(batch, "SET LOCAL lock_timeout = 4000");
            Add(batch, "SELECT store_fence($1)", Text(owner.Instance));
            Add(batch, $"UPDATE event_log SET dropped = greatest(dropped, (SELECT max(cursor) FROM {PostgresEventLog.Partition(day)}))");
            Add(batch, $"SELECT EXISTS (SELECT FROM {PostgresEventLog.Partition(day)})");
            Add(batch, $"DROP TABLE {PostgresEventLog.Partition(day)}");
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return reader.GetBoolean(0);
        }
        catch (Exception e) when (PostgresFailures.IsStoreAtFault(e))
        {
            throw new StoreUnavailableException($"Events of {day:yyyy-MM-dd} can't be dropped: {e.Message}", e);
        }
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    private static StoredEvent Event(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        new(row.GetString(2), new(row.GetInt64(1), TimeSpan.Zero), row.GetFieldValue<byte[]>(5), new(row.GetString(3), row.GetString(4))));
}
