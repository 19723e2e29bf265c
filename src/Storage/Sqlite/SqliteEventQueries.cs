using System.Collections.Immutable;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>Reads of the event log.</summary>
internal static class SqliteEventQueries
{
    private const string Columns = "SELECT cursor, at, type, subject_kind, subject_key, data FROM events ";

    public static ImmutableArray<StoredEvent> After(SqliteDatabase database, (long After, int Limit, RecordKey? Subject) from)
    {
        using var rows = from.Subject is { } subject
            ? database.Prepare(Columns + "WHERE subject_kind = ? AND subject_key = ? AND cursor > ? ORDER BY cursor LIMIT ?").Start().With(subject)
            : database.Prepare(Columns + "WHERE cursor > ? ORDER BY cursor LIMIT ?").Start();
        return Read(rows.With(from.After).With(from.Limit));
    }

    public static ImmutableArray<StoredEvent> Latest(SqliteDatabase database, (RecordKey Subject, long Before, int Limit) from)
    {
        using var rows = database.Prepare(Columns + "WHERE subject_kind = ? AND subject_key = ? AND cursor < ? ORDER BY cursor DESC LIMIT ?")
            .Start().With(from.Subject).With(from.Before).With(from.Limit);
        return Read(rows);
    }

    /// <summary>From SQLite's own sequence, which does not go back when the newest rows are dropped.</summary>
    public static long Last(SqliteDatabase database)
    {
        using var row = database.Prepare("SELECT seq FROM sqlite_sequence WHERE name = 'events'").Start();
        return row.Step() ? row.Long(0) : 0;
    }

    /// <summary>How many days before a day have events.</summary>
    public static int DaysBefore(SqliteDatabase database, DateOnly before)
    {
        using var row = database.Prepare("SELECT count(DISTINCT day) FROM events WHERE day < ?").Start().With(before.DayNumber);
        row.Step();
        return (int)row.Long(0);
    }

    private static ImmutableArray<StoredEvent> Read(SqliteStatement row)
    {
        var events = ImmutableArray.CreateBuilder<StoredEvent>();
        while (row.Step())
            events.Add(new(row.Long(0), new(row.Text(2), new(row.Long(1), TimeSpan.Zero), row.Blob(5), new(row.Text(3), row.Text(4)))));
        return events.ToImmutable();
    }
}
