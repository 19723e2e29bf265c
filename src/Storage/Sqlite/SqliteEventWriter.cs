using System.Collections.Immutable;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>Appends to the event log and drops its old days. One writer and AUTOINCREMENT keep the cursor growing in commit order.</summary>
internal static class SqliteEventWriter
{
    /// <summary>Rows of one retention step: a few milliseconds, so that writers hardly wait.</summary>
    public const int DropRowsMax = 2000;

    public static void Write(SqliteDatabase database, ImmutableArray<EventLine> lines)
    {
        if (lines.IsDefaultOrEmpty)
            return;
        foreach (var line in lines)
            database.Prepare("INSERT INTO events (day, at, type, subject_kind, subject_key, data) VALUES (?, ?, ?, ?, ?, ?)")
                .Start().With(Day(line.At)).With(line.At.UtcTicks).With(line.Type).With(line.Subject).With(line.Data.Span).Change();
    }

    public static int Drop(SqliteDatabase database, DateOnly before) => database.Prepare("""
        DELETE FROM events WHERE cursor IN (SELECT cursor FROM events WHERE day < ? ORDER BY day, cursor LIMIT ?)
        """).Start().With(before.DayNumber).With(DropRowsMax).Change();

    private static int Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime).DayNumber;
}
