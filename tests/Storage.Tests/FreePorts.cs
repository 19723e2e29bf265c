using System.Net;
using System.Net.Sockets;

namespace Mdm.Fleet.Storage.Tests;

/// <summary>
/// Ports of 127.0.0.1 for servers that must know theirs before they listen. They lie below those that the system gives to whoever asks for none in
/// particular, so that no connection of a test that runs meanwhile takes them.
/// </summary>
internal static class FreePorts
{
    private const int First = 10_240;
    private const int Count = 20_000;
    private static int _taken = Random.Shared.Next(Count);

    /// <summary>A port that nobody listens on, and that this process is given once.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref _taken) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // In use: the next one.
            }
        }
    }
}
