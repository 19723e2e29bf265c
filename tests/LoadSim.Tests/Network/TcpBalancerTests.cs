using System.Net;
using System.Net.Sockets;
using Mdm.Fleet.LoadSim.Network;

namespace Mdm.Fleet.LoadSim.Tests.Network;

public sealed class TcpBalancerTests : IDisposable
{
    private readonly TcpListener _one = Listen();
    private readonly TcpListener _two = Listen();

    [Fact]
    public async Task Connections_go_to_the_servers_in_turn_and_bytes_go_both_ways()
    {
        await using var balancer = new TcpBalancer(new IPEndPoint(IPAddress.Loopback, 0), [AddressOf(_one), AddressOf(_two)]);
        var asked = new List<string>();
        for (var n = 0; n < 4; n++)
            asked.Add(await AskAsync(balancer));
        Assert.Equal(2, asked.Count(answer => answer == "one"));
        Assert.Equal(2, asked.Count(answer => answer == "two"));
    }

    [Fact]
    public async Task A_server_that_takes_no_connection_is_passed_over()
    {
        await using var balancer = new TcpBalancer(new IPEndPoint(IPAddress.Loopback, 0), [AddressOf(_one), AddressOf(_two)]);
        _one.Stop();
        for (var n = 0; n < 4; n++)
            Assert.Equal("two", await AskAsync(balancer));
    }

    [Fact]
    public async Task New_connections_go_to_the_servers_named_last()
    {
        await using var balancer = new TcpBalancer(new IPEndPoint(IPAddress.Loopback, 0), [AddressOf(_one)]);
        Assert.Equal("one", await AskAsync(balancer));
        balancer.Use([AddressOf(_two)]);
        Assert.Equal("two", await AskAsync(balancer));
    }

    [Fact]
    public async Task Where_no_server_is_left_the_connection_ends()
    {
        await using var balancer = new TcpBalancer(new IPEndPoint(IPAddress.Loopback, 0), [AddressOf(_one)]);
        _one.Stop();
        using var client = new TcpClient();
        await client.ConnectAsync(balancer.Address);
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1]));
    }

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    /// <summary>Sends a letter through the balancer; whichever server took the connection answers with its name when it has read it.</summary>
    private async Task<string> AskAsync(TcpBalancer balancer)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(balancer.Address);
        await client.GetStream().WriteAsync("?"u8.ToArray());
        var (name, server) = await AcceptAsync();
        using (server)
        {
            Assert.Equal('?', server.GetStream().ReadByte());
            await server.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(name));
        }

        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync();
    }

    private async Task<(string Name, TcpClient Server)> AcceptAsync()
    {
        using var taken = new CancellationTokenSource();
        List<Task<(string, TcpClient)>> accepting = [];
        foreach (var (name, listener) in ((string, TcpListener)[])[("one", _one), ("two", _two)])
            if (listener.Server.IsBound)
                accepting.Add(AcceptAsync(name, listener, taken.Token));
        var first = await await Task.WhenAny(accepting);
        await taken.CancelAsync();
        return first;
    }

    private static async Task<(string Name, TcpClient Server)> AcceptAsync(string name, TcpListener listener, CancellationToken cancellationToken) =>
        (name, await listener.AcceptTcpClientAsync(cancellationToken));

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static IPEndPoint AddressOf(TcpListener listener) => (IPEndPoint)listener.LocalEndpoint;
}
