using Mdm.Fleet.Storage.Postgres;
using Mdm.Fleet.Storage.Sqlite;

namespace Mdm.Fleet.Storage;

/// <summary>Opens stores.</summary>
public static class RecordStores
{
    /// <summary>Takes the ownership of a store, brings its schema up to date and opens it.</summary>
    /// <exception cref="StoreRefusedException">In use, unreachable, not writable, or written by a newer version; one line says which.</exception>
    public static Task<IRecordStore> OpenAsync(StoreOptions options, CancellationToken cancellationToken = default) => options.Engine switch
    {
        StoreEngine.Sqlite => Task.Run<IRecordStore>(() => SqliteRecordStore.Open(options), cancellationToken),
        StoreEngine.Postgres => PostgresRecordStore.OpenAsync(options, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };
}
