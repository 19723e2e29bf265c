using Mdm.Fleet.Storage.Commit;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>Writes one member of a batch: the record by its etag, and for a winner what goes with it.</summary>
internal static class SqliteRecordWriter
{
    public static void Write(SqliteDatabase database, PendingWrite pending)
    {
        var write = pending.Write;
        if (!TryWriteRecord(database, write))
        {
            pending.Lose(StoredEtag(database, write.Key));
            return;
        }

        pending.Win();
        if (write.Index is not null || write.Body is null)
            SqliteIndexWriter.Write(database, write.Key, write.Index);
        SqliteEventWriter.Write(database, write.Events);
        SqliteDueWriter.Write(database, write.Due.IsDefault ? [] : write.Due.AsSpan());
    }

    private static bool TryWriteRecord(SqliteDatabase database, RecordWrite write) => (write.Body, write.ExpectedEtag) switch
    {
        // To clear what is not there is a success: the caller's picture was right.
        (null, 0) => StoredEtag(database, write.Key) is null,
        (null, var etag) => database.Prepare("DELETE FROM records WHERE kind = ? AND key = ? AND etag = ?")
            .Start().With(write.Key).With(etag).Change() == 1,
        ({ } body, 0) => database.Prepare("INSERT INTO records (kind, key, etag, body) VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING")
            .Start().With(write.Key).With(body.Span).Change() == 1,
        ({ } body, var etag) => database.Prepare("UPDATE records SET body = ?, etag = etag + 1 WHERE kind = ? AND key = ? AND etag = ?")
            .Start().With(body.Span).With(write.Key).With(etag).Change() == 1,
    };

    private static long? StoredEtag(SqliteDatabase database, RecordKey key)
    {
        using var row = database.Prepare("SELECT etag FROM records WHERE kind = ? AND key = ?").Start().With(key);
        return row.Step() ? row.Long(0) : null;
    }
}
