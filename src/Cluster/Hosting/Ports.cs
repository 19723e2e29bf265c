using System.Net;
using System.Net.Sockets;

namespace Mdm.Fleet.Cluster.Hosting;

/// <summary>Ports on which a silo is reached. Its address is told before it listens, so that 0 can't be left to the system.</summary>
internal static class Ports
{
    public static int OrFree(int port)
    {
        if (port != 0)
            return port;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
