using System.Collections.Immutable;
using System.Text;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>Reads of records, index and due marks.</summary>
internal static class SqliteQueries
{
    public static StoredRecord? Record(SqliteDatabase database, RecordKey key)
    {
        using var row = database.Prepare("SELECT body, etag FROM records WHERE kind = ? AND key = ?").Start().With(key);
        return row.Step() ? new StoredRecord(row.Blob(0), row.Long(1)) : null;
    }

    public static IndexPage Index(SqliteDatabase database, IndexQuery query)
    {
        // CROSS JOIN is SQLite's way to fix the order: the tag's keys lead, in key order, and each row is one look-up.
        var sql = new StringBuilder("SELECT r.key, r.status, r.search, r.summary, r.tags FROM ");
        sql.Append(query.Tag is null
            ? "index_rows r WHERE r.kind = ? AND r.key > ?"
            : "index_tags t CROSS JOIN index_rows r ON r.kind = t.kind AND r.key = t.key WHERE t.kind = ? AND t.key > ? AND t.tag = ?");
        if (query.Status is not null)
            sql.Append(" AND r.status = ?");
        if (query.Search is not null)
            sql.Append(" AND instr(r.search, ?) > 0");
        sql.Append(query.Tag is null ? " ORDER BY r.key LIMIT ?" : " ORDER BY t.key LIMIT ?");

        using var row = database.Prepare(sql.ToString()).Start().With(query.Kind).With(query.After ?? "");
        if (query.Tag is not null)
            row.With(query.Tag);
        if (query.Status is not null)
            row.With(query.Status);
        if (query.Search is not null)
            row.With(RecordLimits.Searchable(query.Search));
        row.With(query.Limit + 1);
        return Page(row, query.Limit);
    }

    public static ScanPage Scan(SqliteDatabase database, (string Kind, string? After, string? Tag, bool WithSummary, int Limit) of)
    {
        var summary = of.WithSummary ? ", (SELECT summary FROM index_rows r WHERE r.kind = f.kind AND r.key = f.key)" : "";
        using var row = of.Tag is null
            ? database.Prepare($"SELECT f.key, f.status, f.facts{summary} FROM index_facts f WHERE f.kind = ? AND f.key > ? ORDER BY f.key LIMIT ?")
                .Start().With(of.Kind).With(of.After ?? "")
            : database.Prepare($"""
                SELECT f.key, f.status, f.facts{summary} FROM index_tags t CROSS JOIN index_facts f ON f.kind = t.kind AND f.key = t.key
                WHERE t.kind = ? AND t.tag = ? AND t.key > ? ORDER BY t.key LIMIT ?
                """).Start().With(of.Kind).With(of.Tag).With(of.After ?? "");
        row.With(of.Limit + 1);
        var rows = ImmutableArray.CreateBuilder<ScanRow>();
        while (row.Step())
        {
            if (rows.Count == of.Limit)
                return new(rows.ToImmutable(), rows[^1].Key);
            rows.Add(new(row.Text(0), row.Text(1), row.Blob(2), of.WithSummary ? row.Blob(3) : (ReadOnlyMemory<byte>?)null));
        }

        return new(rows.ToImmutable(), null);
    }

    public static ImmutableArray<IndexEntry> IndexOf(SqliteDatabase database, (string Kind, IReadOnlyCollection<string> Keys) of)
    {
        var rows = ImmutableArray.CreateBuilder<IndexEntry>();
        foreach (var key in of.Keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            using var row = database.Prepare("SELECT status, search, summary, tags FROM index_rows WHERE kind = ? AND key = ?").Start().With(of.Kind).With(key);
            if (row.Step())
                rows.Add(new(key, SqliteIndexWriter.Row(row, 0)));
        }

        return rows.ToImmutable();
    }

    public static ImmutableSortedDictionary<string, long> Count(SqliteDatabase database, string kind)
    {
        var counts = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        using var row = database.Prepare("SELECT status, count(*) FROM index_rows WHERE kind = ? GROUP BY status").Start().With(kind);
        while (row.Step())
            counts.Add(row.Text(0), row.Long(1));
        return counts.ToImmutable();
    }

    public static ImmutableArray<DueMark> Due(SqliteDatabase database, (int Shard, long Now, int Limit) at)
    {
        var marks = ImmutableArray.CreateBuilder<DueMark>();
        using var row = database.Prepare("SELECT kind, key, reason, mark, at FROM due WHERE shard = ? AND at <= ? ORDER BY at, kind, key, reason LIMIT ?")
            .Start().With(at.Shard).With(at.Now).With(at.Limit);
        while (row.Step())
            marks.Add(new(new(row.Text(0), row.Text(1)), row.Text(2), row.Long(3), new DateTimeOffset(row.Long(4), TimeSpan.Zero)));
        return marks.ToImmutable();
    }

    public static ImmutableArray<int> DueShards(SqliteDatabase database, long now)
    {
        var shards = ImmutableArray.CreateBuilder<int>();
        for (var shard = 0; shard < IRecordStore.DueShards; shard++)
        {
            using var row = database.Prepare("SELECT 1 FROM due WHERE shard = ? AND at <= ? LIMIT 1").Start().With(shard).With(now);
            if (row.Step())
                shards.Add(shard);
        }

        return shards.ToImmutable();
    }

    public static int CountDue(SqliteDatabase database, (string Kind, string Reason, long MarkMax, int Limit) of)
    {
        using var row = database.Prepare("SELECT count(*) FROM (SELECT 1 FROM due WHERE kind = ? AND reason = ? AND mark <= ? LIMIT ?)")
            .Start().With(of.Kind).With(of.Reason).With(of.MarkMax).With(of.Limit);
        row.Step();
        return (int)row.Long(0);
    }

    private static IndexPage Page(SqliteStatement row, int limit)
    {
        var rows = ImmutableArray.CreateBuilder<IndexEntry>();
        while (row.Step())
        {
            if (rows.Count == limit)
                return new(rows.ToImmutable(), rows[^1].Key);
            rows.Add(new(row.Text(0), SqliteIndexWriter.Row(row, 1)));
        }

        return new(rows.ToImmutable(), null);
    }
}
