using System.Net;

namespace Mdm.Fleet.Cluster.Hosting;

/// <summary>Where a silo is reached, and how it is called: as told, or as its pod says (<c>POD_IP</c>, <c>POD_NAME</c>) on Kubernetes.</summary>
internal static class SiloAddressing
{
    public static IPAddress AddressOf(ClusterSettings settings) => settings.Advertise
        ?? (settings.Clustering == Clustering.Kubernetes && IPAddress.TryParse(Environment.GetEnvironmentVariable("POD_IP"), out var pod) ? pod : IPAddress.Loopback);

    /// <summary>Null = Orleans makes one up.</summary>
    public static string? NameOf(ClusterSettings settings) =>
        settings.Clustering == Clustering.Kubernetes ? Environment.GetEnvironmentVariable("POD_NAME") : null;
}
