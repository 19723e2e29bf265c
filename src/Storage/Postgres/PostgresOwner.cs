namespace Mdm.Fleet.Storage.Postgres;

/// <summary>
/// Who a process is to the store. An embedded host is a new instance at each start; the silos of a cluster are one instance, so
/// that they share the store.
/// </summary>
internal sealed record PostgresOwner(string HostKind, string ClusterId, string Instance)
{
    public bool IsShared => HostKind != StoreOptions.Embedded;

    public static PostgresOwner Of(StoreOptions options) => new(
        options.HostKind,
        options.ClusterId,
        options.HostKind == StoreOptions.Embedded ? Guid.NewGuid().ToString("n") : $"{options.HostKind} {options.ClusterId}");
}
