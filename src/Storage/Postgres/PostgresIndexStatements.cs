using System.Collections.Immutable;
using Mdm.Fleet.Storage.Commit;
using Npgsql;
using static Mdm.Fleet.Storage.Postgres.PostgresRound;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>Index rows and their tags: the first round reads what is stored, the second writes what differs.</summary>
internal sealed class PostgresIndexStatements(List<PendingWrite> writes)
{
    private const char TagSeparator = '\u001f';

    private const string Read = """
        SELECT x.* FROM unnest($1, $2) AS i(kind, key), LATERAL (
            SELECT r.kind, r.key, r.status, r.search, r.summary, r.tags, r.facts FROM index_rows r WHERE r.kind = i.kind AND r.key = i.key OFFSET 0) x
        """;

    private const string Put = """
        INSERT INTO index_rows (kind, key, status, search, summary, tags, facts) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (kind, key) DO UPDATE
        SET status = excluded.status, search = excluded.search, summary = excluded.summary, tags = excluded.tags, facts = excluded.facts
        """;

    private const string Delete = """
        DELETE FROM index_rows WHERE ctid = ANY (ARRAY(
            SELECT x.ctid FROM unnest($1, $2) AS i(kind, key), LATERAL (
                SELECT r.ctid FROM index_rows r WHERE r.kind = i.kind AND r.key = i.key OFFSET 0) x))
        """;

    private const string DeleteTags = """
        DELETE FROM index_tags WHERE ctid = ANY (ARRAY(
            SELECT x.ctid FROM unnest($1, $2, $3) AS i(kind, tag, key), LATERAL (
                SELECT t.ctid FROM index_tags t WHERE t.kind = i.kind AND t.tag = i.tag AND t.key = i.key OFFSET 0) x))
        """;

    private const string PutTags = "INSERT INTO index_tags (kind, tag, key) SELECT * FROM unnest($1, $2, $3) ON CONFLICT DO NOTHING";

    private readonly PendingWrite[] concerned = [.. writes.Where(static w => w.Write.Index is not null || w.Write.Body is null)];
    private readonly Dictionary<RecordKey, IndexRow> stored = [];

    public bool IsEmpty => concerned.Length == 0;

    public void AddReadTo(PostgresRound round)
    {
        if (!IsEmpty)
            round.Add(Read, Texts([.. concerned.Select(static w => w.Write.Key.Kind)]), Texts([.. concerned.Select(static w => w.Write.Key.Key)]));
    }

    public void ReadStored(NpgsqlDataReader reader)
    {
        if (IsEmpty)
            return;
        while (reader.Read())
            stored.Add(new(reader.GetString(0), reader.GetString(1)), Row(reader, 2) with { Facts = reader.GetFieldValue<byte[]>(6) });
        reader.NextResult();
    }

    public void AddWritesTo(PostgresRound round)
    {
        var changes = concerned.Where(static w => !w.Lost).Select(Change).Where(static c => c.RowDiffers || c.FactsDiffer).ToArray();
        AddTags(round, DeleteTags, changes, static c => c.TagsGone);
        AddTags(round, PutTags, changes, static c => c.TagsNew);
        AddRows(round, [.. changes.Where(static c => c.After is not null)]);
        var gone = changes.Where(static c => c.After is null).Select(static c => c.Key).ToArray();
        if (gone.Length > 0)
            round.Add(Delete, Texts([.. gone.Select(static k => k.Kind)]), Texts([.. gone.Select(static k => k.Key)]));
    }

    /// <summary>A row of the columns status, search, summary, tags from a column on.</summary>
    public static IndexRow Row(NpgsqlDataReader reader, int column) => new(
        reader.GetString(column),
        reader.GetString(column + 1),
        reader.GetFieldValue<byte[]>(column + 2),
        reader.GetString(column + 3) is { Length: > 0 } tags ? [.. tags.Split(TagSeparator)] : []);

    private IndexChange Change(PendingWrite pending)
    {
        var next = pending.Write.Index is { } row ? row with { Search = RecordLimits.Searchable(row.Search) } : null;
        return new(pending.Write.Key, stored.GetValueOrDefault(pending.Write.Key), next);
    }

    private static void AddRows(PostgresRound round, IndexChange[] changes)
    {
        if (changes.Length == 0)
            return;
        round.Add(
            Put,
            Texts([.. changes.Select(static c => c.Key.Kind)]),
            Texts([.. changes.Select(static c => c.Key.Key)]),
            Texts([.. changes.Select(static c => c.After!.Status)]),
            Texts([.. changes.Select(static c => c.After!.Search)]),
            Blobs([.. changes.Select(static c => c.After!.Summary)]),
            Texts([.. changes.Select(static c => string.Join(TagSeparator, c.After!.Tags.IsDefault ? ImmutableArray<string>.Empty : c.After.Tags))]),
            Blobs([.. changes.Select(static c => c.After!.Facts)]));
    }

    private static void AddTags(PostgresRound round, string sql, IndexChange[] changes, Func<IndexChange, IEnumerable<string>> tags)
    {
        var rows = changes.SelectMany(c => tags(c).Select(tag => (c.Key, Tag: tag))).ToArray();
        if (rows.Length > 0)
            round.Add(
                sql,
                Texts([.. rows.Select(static r => r.Key.Kind)]),
                Texts([.. rows.Select(static r => r.Tag)]),
                Texts([.. rows.Select(static r => r.Key.Key)]));
    }
}
