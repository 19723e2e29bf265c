namespace Mdm.Fleet.LoadSim.Load;

/// <summary>What to send, to whom, for how long.</summary>
/// <param name="Url">The server, on plain HTTP: TLS is not what is measured.</param>
/// <param name="CacheFolder">Where certificates are kept between runs.</param>
/// <param name="Topic">The push topic that check-ins name.</param>
/// <param name="ServerProcess">The server's process on this machine, whose processor time is told too; null = not told.</param>
/// <param name="AdminToken">Needed for cycles, which begin with an admin's command.</param>
public sealed record LoadOptions(
    Workload Workload, Uri Url, int Devices, int Connections, TimeSpan WarmUp, TimeSpan Duration, string CacheFolder, string? AdminToken, string Topic,
    int? ServerProcess = null);

/// <summary>The workloads of bench/README.md.</summary>
public enum Workload
{
    /// <summary>Makes certificates and their CA, sends nothing.</summary>
    Certificates,

    /// <summary>Authenticate and TokenUpdate, once for each device.</summary>
    Enrol,

    /// <summary>TokenUpdates that change nothing.</summary>
    TokenUpdate,

    /// <summary>TokenUpdates with a new token each time.</summary>
    TokenUpdateNew,

    /// <summary>Idle connects of devices for which nothing waits.</summary>
    Idle,

    /// <summary>An admin's command, an Idle that gets it, an Acknowledged that gets nothing more.</summary>
    Cycle,
}
