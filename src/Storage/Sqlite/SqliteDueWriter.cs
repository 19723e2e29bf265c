namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>Due marks: setting keeps the larger mark and the earlier time, clearing removes marks up to its own.</summary>
internal static class SqliteDueWriter
{
    public static void Write(SqliteDatabase database, ReadOnlySpan<DueChange> changes)
    {
        foreach (var change in changes)
            if (change.At is { } at)
                Set(database, change, at);
            else
                database.Prepare("DELETE FROM due WHERE kind = ? AND key = ? AND reason = ? AND mark <= ?")
                    .Start().With(change.Key).With(change.Reason).With(change.Mark).Change();
    }

    private static void Set(SqliteDatabase database, DueChange change, DateTimeOffset at) => database.Prepare("""
        INSERT INTO due (kind, key, reason, mark, at, shard) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (kind, key, reason) DO UPDATE SET mark = max(mark, excluded.mark), at = min(at, excluded.at)
        WHERE excluded.mark > mark OR excluded.at < at
        """).Start().With(change.Key).With(change.Reason).With(change.Mark).With(at.UtcTicks).With(IRecordStore.DueShard(change.Key.Key)).Change();
}
