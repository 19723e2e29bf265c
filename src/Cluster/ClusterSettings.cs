using System.Net;

namespace Mdm.Fleet.Cluster;

/// <summary>What of a server one process is.</summary>
public enum ServerRole
{
    /// <summary>Both in one process.</summary>
    All,

    /// <summary>Runs grains; serves no devices, people or admins.</summary>
    Silo,

    /// <summary>Serves them, and calls grains in silos.</summary>
    Frontend,
}

/// <summary>Where silos find each other.</summary>
public enum Clustering
{
    /// <summary>A membership table in the store's database.</summary>
    AdoNet,

    /// <summary>The same; silos are named after their pods, and one whose pod is gone is declared dead.</summary>
    Kubernetes,
}

/// <summary>What carries membership hints. Both may lose some: due marks make up for it.</summary>
public enum HintStreams
{
    /// <summary>Queues in the silos' memory.</summary>
    Memory,

    /// <summary>Queues in the store's database.</summary>
    AdoNet,
}

/// <summary>How grain states are stored.</summary>
public enum GrainStates
{
    /// <summary>Our records, with index rows, events and due marks in one commit for many.</summary>
    GroupCommit,

    /// <summary>Microsoft.Orleans.Persistence.AdoNet, a commit a state; index rows, events and due marks follow in commits of their own.</summary>
    AdoNet,
}

/// <summary>The pod that a silo runs in, and where it asks for the others.</summary>
public sealed record PodSettings
{
    /// <summary>Its silo's name too.</summary>
    public required string Name { get; init; }

    public required string Namespace { get; init; }

    public required IPAddress Address { get; init; }

    /// <summary>The API server.</summary>
    public required Uri Api { get; init; }

    /// <summary>Where Kubernetes puts the token and the authority of the pod's account (<c>token</c>, <c>ca.crt</c>).</summary>
    public string AccountFolder { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";
}

/// <summary>One process of a cluster.</summary>
public sealed record ClusterSettings
{
    public ServerRole Role { get; init; } = ServerRole.All;

    /// <summary>The processes with one id on one database are one cluster.</summary>
    public string ClusterId { get; init; } = "fleet";

    /// <summary>The port for other silos; 0 = a free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>The port for frontends; 0 = a free one.</summary>
    public int GatewayPort { get; init; }

    /// <summary>The address by which others reach this silo, and the one listened on; null = the pod's, or loopback.</summary>
    public IPAddress? Advertise { get; init; }

    public Clustering Clustering { get; init; }

    /// <summary>A silo's pod, with <see cref="Clustering.Kubernetes"/>.</summary>
    public PodSettings? Pod { get; init; }

    public HintStreams Streams { get; init; }

    public GrainStates States { get; init; }
}
