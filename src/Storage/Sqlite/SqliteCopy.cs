using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Storage.Sqlite;

/// <summary>Copies a store in use: VACUUM INTO reads one snapshot while writes go on.</summary>
internal static class SqliteCopy
{
    /// <summary>Into a directory without a store; only a complete and synced copy gets the store's name.</summary>
    public static void Write(SqliteDatabase database, string directory)
    {
        PrivateFiles.CreateDirectory(directory);
        var file = Path.Combine(directory, SqliteRecordStore.FileName);
        if (File.Exists(file))
            throw new IOException($"{directory} holds a store already.");
        var part = file + ".part";
        File.Delete(part);

        // SQLite takes an empty file as none, and keeps its mode.
        PrivateFiles.Claim(part);
        database.Prepare("VACUUM INTO ?").Start().With(part).Run().Dispose();
        using (var copy = new FileStream(part, FileMode.Open, FileAccess.ReadWrite))
            copy.Flush(flushToDisk: true);
        File.Move(part, file);
    }
}
