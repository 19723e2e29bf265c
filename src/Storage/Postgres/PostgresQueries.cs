using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Npgsql;
using static Mdm.Fleet.Storage.Postgres.PostgresRound;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>Reads of records, index and due marks.</summary>
internal static class PostgresQueries
{
    public static async ValueTask<StoredRecord?> RecordAsync(PostgresReaders readers, RecordKey key, CancellationToken cancellationToken)
    {
        var found = await readers.ReadAsync(
            "SELECT body, etag FROM records WHERE kind = $1 AND key = $2",
            [Text(key.Kind), Text(key.Key)],
            static row => new StoredRecord(row.GetFieldValue<byte[]>(0), row.GetInt64(1)),
            cancellationToken);
        return found is [var record] ? record : null;
    }

    public static async Task<IndexPage> IndexAsync(PostgresReaders readers, IndexQuery query, CancellationToken cancellationToken)
    {
        List<NpgsqlParameter> parameters = [Text(query.Kind), Text(query.After ?? ""), Number(query.Limit + 1)];
        var sql = new StringBuilder("SELECT r.key, r.status, r.search, r.summary, r.tags FROM ");
        sql.Append(query.Tag is null
            ? "index_rows r WHERE r.kind = $1 AND r.key > $2"
            : "index_tags t JOIN index_rows r ON r.kind = t.kind AND r.key = t.key WHERE t.kind = $1 AND t.key > $2 AND t.tag = ");
        if (query.Tag is not null)
            sql.Append(Next(parameters, query.Tag));
        if (query.Status is not null)
            sql.Append(" AND r.status = ").Append(Next(parameters, query.Status));
        if (query.Search is not null)
            sql.Append(" AND strpos(r.search, ").Append(Next(parameters, RecordLimits.Searchable(query.Search))).Append(") > 0");
        sql.Append(query.Tag is null ? " ORDER BY r.key LIMIT $3" : " ORDER BY t.key LIMIT $3");

        var rows = await readers.ReadAsync(
            sql.ToString(), [.. parameters], static row => new IndexEntry(row.GetString(0), PostgresIndexStatements.Row(row, 1)), cancellationToken);
        return rows.Length > query.Limit ? new(rows[..query.Limit], rows[query.Limit - 1].Key) : new(rows, null);
    }

    public static async Task<ScanPage> ScanAsync(
        PostgresReaders readers, string kind, string? after, int limit, string? tag, bool withSummary, CancellationToken cancellationToken)
    {
        var columns = withSummary ? "r.key, r.status, r.facts, r.summary" : "r.key, r.status, r.facts";
        List<NpgsqlParameter> parameters = [Text(kind), Text(after ?? ""), Number(limit + 1)];
        // The tag's page of keys first, then one look-up each: the planner, left to itself, merges with all rows from the first key on.
        var sql = tag is null
            ? $"SELECT {columns} FROM index_rows r WHERE r.kind = $1 AND r.key > $2 ORDER BY r.key LIMIT $3"
            : $"""
                WITH page AS MATERIALIZED (
                    SELECT t.key FROM index_tags t WHERE t.kind = $1 AND t.key > $2 AND t.tag = {Next(parameters, tag)} ORDER BY t.key LIMIT $3)
                SELECT x.* FROM page p, LATERAL (SELECT {columns} FROM index_rows r WHERE r.kind = $1 AND r.key = p.key OFFSET 0) x ORDER BY x.key
                """;
        var rows = await readers.ReadAsync(
            sql,
            [.. parameters],
            row => new ScanRow(
                row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2), withSummary ? row.GetFieldValue<byte[]>(3) : (ReadOnlyMemory<byte>?)null),
            cancellationToken);
        return rows.Length > limit ? new(rows[..limit], rows[limit - 1].Key) : new(rows, null);
    }

    public static Task<ImmutableArray<IndexEntry>> IndexAsync(
        PostgresReaders readers, string kind, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => readers.ReadAsync(
            "SELECT key, status, search, summary, tags FROM index_rows WHERE kind = $1 AND key = ANY ($2) ORDER BY key",
            [Text(kind), Texts([.. keys])],
            static row => new IndexEntry(row.GetString(0), PostgresIndexStatements.Row(row, 1)),
            cancellationToken);

    public static async Task<ImmutableSortedDictionary<string, long>> CountAsync(PostgresReaders readers, string kind, CancellationToken cancellationToken)
    {
        var counts = await readers.ReadAsync(
            "SELECT status, count(*) FROM index_rows WHERE kind = $1 GROUP BY status",
            [Text(kind)],
            static row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)),
            cancellationToken);
        return counts.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    public static Task<ImmutableArray<DueMark>> DueAsync(
        PostgresReaders readers, int shard, DateTimeOffset now, int limit, CancellationToken cancellationToken) => readers.ReadAsync(
            "SELECT kind, key, reason, mark, at FROM due WHERE shard = $1 AND at <= $2 ORDER BY at, kind, key, reason LIMIT $3",
            [Number(shard), Number(now.UtcTicks), Number(limit)],
            static row => new DueMark(new(row.GetString(0), row.GetString(1)), row.GetString(2), row.GetInt64(3), new(row.GetInt64(4), TimeSpan.Zero)),
            cancellationToken);

    public static Task<ImmutableArray<int>> DueShardsAsync(PostgresReaders readers, DateTimeOffset now, CancellationToken cancellationToken) =>
        readers.ReadAsync(
            "SELECT s FROM generate_series(0, $1) AS s WHERE EXISTS (SELECT FROM due WHERE shard = s AND at <= $2) ORDER BY s",
            [Number(IRecordStore.DueShards - 1), Number(now.UtcTicks)],
            static row => (int)row.GetInt64(0),
            cancellationToken);

    public static async Task<int> CountDueAsync(
        PostgresReaders readers, string kind, string reason, long markMax, int limit, CancellationToken cancellationToken)
    {
        var counted = await readers.ReadAsync(
            "SELECT count(*) FROM (SELECT FROM due WHERE kind || ' ' || reason = $1 AND mark <= $2 AND kind = $3 LIMIT $4) AS counted",
            [Text($"{kind} {reason}"), Number(markMax), Text(kind), Number(limit)],
            static row => (int)row.GetInt64(0),
            cancellationToken);
        return counted[0];
    }

    private static string Next(List<NpgsqlParameter> parameters, string value)
    {
        parameters.Add(Text(value));
        return string.Create(CultureInfo.InvariantCulture, $"${parameters.Count}");
    }
}
