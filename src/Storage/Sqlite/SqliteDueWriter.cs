namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>Due marks: setting keeps the larger mark and the earlier time, clearing removes marks up to its own.</summary>
internal static class SqliteDueWriter
{
    private const string Set = """
        INSERT INTO due (kind, key, reason, mark, at, shard) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (kind, key, reason) DO UPDATE SET mark = max(mark, excluded.mark), at = min(at, excluded.at)
        WHERE excluded.mark > mark OR excluded.at < at
        """;

    /// <summary>The plus keeps SQLite from looking for the mark by the index of all marks of its reason.</summary>
    private const string Clear = "DELETE FROM due WHERE kind = ? AND key = ? AND +reason = ? AND +mark <= ?";

    public static void Write(SqliteDatabase database, ReadOnlySpan<DueChange> changes)
    {
        if (changes.IsEmpty)
            return;
        var (set, clear) = (database.Prepare(Set), database.Prepare(Clear));
        foreach (var change in changes)
            if (change.At is { } at)
                set.Start().With(change.Key).With(change.Reason).With(change.Mark).With(at.UtcTicks).With(IRecordStore.DueShard(change.Key.Key)).Change();
            else
                clear.Start().With(change.Key).With(change.Reason).With(change.Mark).Change();
    }
}
