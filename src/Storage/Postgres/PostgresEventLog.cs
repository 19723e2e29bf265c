using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using static Mdm.Fleet.Storage.Postgres.PostgresRound;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>
/// The event log, a partition a day. A cursor is the writing transaction's number and the event's place in it. Readers stop at the oldest
/// running transaction: whatever commits later has a larger number, hence a larger cursor. (A sequence would not do: two writers may draw
/// from it in another order than that of their transaction numbers.) The base is added so that cursors go on growing after
/// the database was restored on a server whose transaction numbers are smaller.
/// </summary>
internal sealed class PostgresEventLog(long cursorBase)
{
    /// <summary>More than the events of a largest batch.</summary>
    public const int PlaceBits = 17;

    private const string Insert = """
        INSERT INTO events (cursor, day, at, type, subject_kind, subject_key, data)
        SELECT ((pg_current_xact_id()::text::bigint + $1) << 17) + i.place, date '0001-01-01' + i.day::int, i.at, i.type, i.kind, i.key, i.data
        FROM unnest($2, $3, $4, $5, $6, $7) WITH ORDINALITY AS i(day, at, type, kind, key, data, place)
        """;

    private readonly ConcurrentDictionary<DateOnly, bool> partitions = new();

    /// <summary>The first cursor that a reader may not see yet, as an SQL expression.</summary>
    public string Barrier { get; } = string.Create(
        CultureInfo.InvariantCulture, $"((pg_snapshot_xmin(pg_current_snapshot())::text::bigint + {cursorBase}) << {PlaceBits})");

    public static async Task<PostgresEventLog> OpenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("""
            UPDATE event_log l SET base = greatest(l.base, (greatest(l.dropped, (SELECT coalesce(max(cursor), 0) FROM events)) >> 17) + 1 - pg_current_xact_id()::text::bigint)
            RETURNING base
            """);
        return new((long)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    public void AddTo(PostgresRound round, EventLine[] lines)
    {
        if (lines.Length > 0)
            round.Add(
                Insert,
                Number(cursorBase),
                Numbers([.. lines.Select(static l => (long)Day(l).DayNumber)]),
                Numbers([.. lines.Select(static l => l.At.UtcTicks)]),
                Texts([.. lines.Select(static l => l.Type)]),
                Texts([.. lines.Select(static l => l.Subject.Kind)]),
                Texts([.. lines.Select(static l => l.Subject.Key)]),
                Blobs([.. lines.Select(static l => l.Data)]));
    }

    /// <summary>Creates the partitions of days not met before, and each one's next day ahead: at midnight nobody waits.</summary>
    public void Prepare(NpgsqlConnection connection, IEnumerable<EventLine> lines)
    {
        foreach (var day in lines.Select(Day).Distinct().Where(day => !partitions.ContainsKey(day)).ToArray())
        {
            using var round = new PostgresRound(connection);
            // IF NOT EXISTS does not keep two silos from creating the same table at the same moment.
            round.Add($"SELECT pg_advisory_xact_lock({PostgresOwnership.LockKey + 2})").Add(Create(day)).Add(Create(day.AddDays(1))).Run();
            partitions[day] = true;
        }
    }

    public void ForgetPartitions() => partitions.Clear();

    public void Forget(DateOnly day) => partitions.TryRemove(day, out _);

    public static string Partition(DateOnly day) => "events_" + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string Create(DateOnly day) =>
        $"CREATE TABLE IF NOT EXISTS {Partition(day)} PARTITION OF events FOR VALUES FROM ('{day:yyyy-MM-dd}') TO ('{day.AddDays(1):yyyy-MM-dd}')";

    private static DateOnly Day(EventLine line) => DateOnly.FromDateTime(line.At.UtcDateTime);
}
