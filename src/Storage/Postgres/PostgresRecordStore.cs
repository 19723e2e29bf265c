namespace Mdm.Fleet.Storage.Postgres;

internal static class PostgresRecordStore
{
    public static Task<IRecordStore> OpenAsync(StoreOptions options, CancellationToken cancellationToken) =>
        Task.FromException<IRecordStore>(new StoreRefusedException(options.Name));
}
