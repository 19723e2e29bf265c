using System.Net.Sockets;
using Npgsql;

namespace Mdm.Fleet.Storage.Postgres;

/// <summary>Tells what an error of PostgreSQL means (https://www.postgresql.org/docs/current/errcodes-appendix.html).</summary>
internal static class PostgresFailures
{
    /// <summary>Raised by the function store_fence: the owner row names somebody else.</summary>
    public const string NotOwner = "MDM01";

    private static readonly string[] faultClasses = ["08", "25", "53", "55", "57", "58", "F0", "XX"];

    /// <summary>The server, the way to it or its disk is at fault, not the statement's data.</summary>
    public static bool IsStoreAtFault(Exception failure) => failure switch
    {
        PostgresException e => faultClasses.Contains(e.SqlState[..2]),
        NpgsqlException or TimeoutException or SocketException or IOException or ObjectDisposedException => true,
        _ => false,
    };

    /// <summary>The connection broke: another one may work.</summary>
    public static bool IsConnectionBroken(Exception failure) => failure switch
    {
        PostgresException e => e.SqlState.StartsWith("57P", StringComparison.Ordinal) || e.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException { InnerException: not TimeoutException } or IOException or SocketException => true,
        _ => false,
    };

    /// <summary>No table has rows for this day (23514): the partition was dropped by retention after it was looked up.</summary>
    public static bool IsPartitionMissing(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.CheckViolation };
}
