using System.Net;
using System.Net.Sockets;

namespace Mdm.Fleet.LoadSim.Network;

/// <summary>
/// Stands where a load balancer stands before several servers: hands each TCP connection to the next one that takes it, TLS and all. A server
/// that takes none is passed over; a connection that breaks on one side is broken on the other.
/// </summary>
public sealed class TcpBalancer : IAsyncDisposable
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(1);
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile IPEndPoint[] _servers;
    private int _next;

    /// <summary>Listens at once.</summary>
    /// <param name="listen">Where clients come; port 0 for a free one.</param>
    /// <param name="servers">Where they go, in turn.</param>
    public TcpBalancer(IPEndPoint listen, IEnumerable<IPEndPoint> servers)
    {
        _servers = [.. servers];
        _listener = new TcpListener(listen);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Who gets connections from now on; those that are open stay where they are.</summary>
    public void Use(IEnumerable<IPEndPoint> servers) => _servers = [.. servers];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            using var server = await ConnectAsync();
            if (server is null)
                return;
            client.NoDelay = server.NoDelay = true;
            using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            Task[] ways = [PumpAsync(client, server, over.Token), PumpAsync(server, client, over.Token)];
            await Task.WhenAny(ways);
            await over.CancelAsync();
            await Task.WhenAll(ways);
        }
    }

    private async Task<Socket?> ConnectAsync()
    {
        var servers = _servers;
        var first = Interlocked.Increment(ref _next) & int.MaxValue;
        for (var tries = 0; tries < servers.Length; tries++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            using var late = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            late.CancelAfter(ConnectWithin);
            try
            {
                await socket.ConnectAsync(servers[(first + tries) % servers.Length], late.Token);
                return socket;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                socket.Dispose();
            }
        }

        return null;
    }

    /// <summary>One way, until either side ends.</summary>
    private static async Task PumpAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and var count)
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), cancellationToken);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other way ends with this one.
        }
    }
}
