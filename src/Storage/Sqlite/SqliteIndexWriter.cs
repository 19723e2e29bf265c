using System.Collections.Immutable;
using Mdm.Fleet.Storage.Commit;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>
/// Index rows, their tags and their facts. The tags stand in the row too, so that a page needs no second look-up; the status stands with the
/// facts too, so that a scan needs none.
/// </summary>
internal static class SqliteIndexWriter
{
    private const char TagSeparator = '\u001f';

    public static void Write(SqliteDatabase database, RecordKey key, IndexRow? next)
    {
        var row = next is null ? null : next with { Search = RecordLimits.Searchable(next.Search) };
        WriteFacts(database, key, row);
        var change = new IndexChange(key, Read(database, key), row);
        if (!change.RowDiffers)
            return;
        foreach (var tag in change.TagsGone)
            database.Prepare("DELETE FROM index_tags WHERE kind = ? AND tag = ? AND key = ?").Start().With(key.Kind).With(tag).With(key.Key).Change();
        foreach (var tag in change.TagsNew)
            database.Prepare("INSERT INTO index_tags (kind, tag, key) VALUES (?, ?, ?)").Start().With(key.Kind).With(tag).With(key.Key).Change();
        if (row is null)
            database.Prepare("DELETE FROM index_rows WHERE kind = ? AND key = ?").Start().With(key).Change();
        else
            Put(database, key, row);
    }

    /// <summary>A row of the columns status, search, summary, tags from a column on.</summary>
    public static IndexRow Row(SqliteStatement row, int column) => new(
        row.Text(column),
        row.Text(column + 1),
        row.Blob(column + 2),
        row.Text(column + 3) is { Length: > 0 } tags ? [.. tags.Split(TagSeparator)] : []);

    private static void Put(SqliteDatabase database, RecordKey key, IndexRow row) => database.Prepare("""
        INSERT INTO index_rows (kind, key, status, search, summary, tags) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (kind, key) DO UPDATE
        SET status = excluded.status, search = excluded.search, summary = excluded.summary, tags = excluded.tags
        """).Start().With(key).With(row.Status).With(row.Search).With(row.Summary.Span)
        .With(string.Join(TagSeparator, row.Tags.IsDefault ? ImmutableArray<string>.Empty : row.Tags)).Change();

    /// <summary>Compared by SQLite: what is stored is not read for it.</summary>
    private static void WriteFacts(SqliteDatabase database, RecordKey key, IndexRow? row)
    {
        if (row is null)
            database.Prepare("DELETE FROM index_facts WHERE kind = ? AND key = ?").Start().With(key).Change();
        else
            database.Prepare("""
                INSERT INTO index_facts (kind, key, status, facts) VALUES (?, ?, ?, ?)
                ON CONFLICT (kind, key) DO UPDATE SET status = excluded.status, facts = excluded.facts
                WHERE status <> excluded.status OR facts <> excluded.facts
                """).Start().With(key).With(row.Status).With(row.Facts.Span).Change();
    }

    private static IndexRow? Read(SqliteDatabase database, RecordKey key)
    {
        using var row = database.Prepare("SELECT status, search, summary, tags FROM index_rows WHERE kind = ? AND key = ?").Start().With(key);
        return row.Step() ? Row(row, 0) : null;
    }
}
