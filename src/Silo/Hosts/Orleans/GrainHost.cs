using System.Collections.Frozen;
using Mdm.Fleet.Cluster;
using Mdm.Fleet.Cluster.Hosting;
using Mdm.Fleet.Silo.Start;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Silo.Hosts;

/// <summary>The grain host that this build has: a silo of a cluster, or a client of one.</summary>
internal static class GrainHost
{
    /// <summary>Whether servers of this build can share the work with others.</summary>
    public static bool IsCluster => true;

    /// <summary>By which the store knows its owner.</summary>
    public static string Kind => FleetCluster.HostKind;

    /// <summary>
    /// Those of Orleans' some hundred instruments that an operator can act on. Of the others some tell what ours tell better, and some give no
    /// sane figures.
    /// </summary>
    public static FrozenSet<string> Instruments { get; } =
    [
        "orleans-app-requests-latency-bucket", "orleans-app-requests-latency-count", "orleans-app-requests-latency-sum", "orleans-app-requests-timedout",
        "orleans-grains", "orleans-catalog-activation-created", "orleans-catalog-activation-destroyed", "orleans-catalog-activation-failed-to-activate",
        "orleans-scheduler-long-running-turns", "orleans-storage-read-latency", "orleans-storage-write-latency", "orleans-storage-read-errors",
        "orleans-storage-write-errors", "orleans-messaging-expired", "orleans-messaging-rejected", "orleans-messaging-rerouted",
        "orleans-messaging-sent-dropped", "orleans-messaging-sent-failed", "orleans-messaging-pings-reply-missed", "orleans-gateway-connected-clients",
        "orleans-client-connected-gateways",
    ];

    /// <exception cref="SettingException">A SQLite store, which one process owns, is to be shared.</exception>
    public static void Check(FleetOptions options)
    {
        if (Database(options) is not null)
            return;
        if (options.Cluster.Role != ServerRole.All)
            throw new SettingException("A SQLite store belongs to one process: --role silo and --role frontend take PostgreSQL (--store postgres:…).");
        if (options.Cluster is not { Streams: HintStreams.Memory, States: GrainStates.GroupCommit, Clustering: Clustering.AdoNet })
            throw new SettingException("A SQLite store belongs to one process: --clustering kubernetes, --streams adonet and --grain-storage adonet take PostgreSQL.");
    }

    public static void Add(WebApplicationBuilder builder, FleetOptions options)
    {
        if (options.Cluster.Role == ServerRole.Frontend)
            builder.AddFleetClient(options.Cluster, Database(options)!);
        else if (Database(options) is { } database)
            builder.AddFleetSilo(options.Cluster, database);
        else
            // Nobody can join it: any port does, so that several may run on one machine.
            builder.AddFleetSilo(options.Cluster with { SiloPort = 0 }, null);
    }

    /// <summary>The cluster's database; null = a SQLite store, and this process is alone.</summary>
    private static string? Database(FleetOptions options) => options.Store.Engine == StoreEngine.Postgres ? options.Store.Target : null;
}
