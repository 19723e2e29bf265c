using System.Diagnostics.Metrics;
using Mdm.Fleet.Storage.Telemetry;

namespace Mdm.Fleet.Storage;

/// <summary>The engines behind <see cref="IRecordStore"/>.</summary>
public enum StoreEngine
{
    Sqlite,
    Postgres,
}

/// <summary>Which store, and who opens it.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Target">SQLite: the directory. PostgreSQL: an Npgsql connection string.</param>
/// <param name="HostKind">"embedded" owns the store alone; processes of any other kind share it within one cluster id (PostgreSQL).</param>
/// <param name="ClusterId">Names the cluster.</param>
public sealed record StoreOptions(StoreEngine Engine, string Target, string HostKind = StoreOptions.Embedded, string ClusterId = "fleet")
{
    /// <summary>The host kind that never shares a store.</summary>
    public const string Embedded = "embedded";

    /// <summary>How long a start goes on trying to reach the database or to get its lock.</summary>
    public TimeSpan StartWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one commit waits for the database, or for a lock that a foreign program holds, before it fails.</summary>
    public TimeSpan CommitWait { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Measures commits.</summary>
    public Meter Meter { get; init; } = FleetTelemetry.NewMeter();

    /// <summary>Tests stand a full disk in for by a bound of pages; 0 = none.</summary>
    internal int SqlitePagesMax { get; init; }

    /// <summary>The store as messages name it: never a password.</summary>
    public string Name => Engine switch
    {
        StoreEngine.Sqlite => $"SQLite store {Target}",
        StoreEngine.Postgres => Postgres.PostgresAddress.Name(Target),
        _ => throw new ArgumentOutOfRangeException(nameof(Engine)),
    };

    /// <summary>Reads "sqlite:DIRECTORY" or "postgres:CONNECTION STRING OR URI".</summary>
    /// <exception cref="StoreRefusedException">Neither.</exception>
    public static StoreOptions Parse(string text, string hostKind = Embedded, string clusterId = "fleet")
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var target = text[(colon + 1)..];
        return text[..Math.Max(colon, 0)] switch
        {
            "sqlite" when target.Length > 0 => new(StoreEngine.Sqlite, Path.GetFullPath(target), hostKind, clusterId),
            "postgres" or "postgresql" => new(StoreEngine.Postgres, Postgres.PostgresAddress.Parse(target), hostKind, clusterId),
            _ => throw new StoreRefusedException("A store is given as sqlite:DIRECTORY or postgres:CONNECTION."),
        };
    }

    /// <summary>The name; the target may hold a password.</summary>
    public override string ToString() => Name;
}
