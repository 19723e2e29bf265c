using System.Net.Sockets;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Hosting;

/// <summary>Whether a silo takes connections, from here.</summary>
internal static class SiloReach
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(2);

    public static async Task<bool> AnswersAsync(SiloAddress silo, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ConnectWithin, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var socket = new Socket(silo.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(silo.Endpoint, patience.Token);
            return true;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
