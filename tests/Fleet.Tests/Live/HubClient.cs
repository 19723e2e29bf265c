using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Live;

/// <summary>A page at the hub: SignalR's JSON protocol over a bare WebSocket. Messages end with the record separator.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const char End = '\u001e';
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket = new();
    private readonly StringBuilder _read = new();

    public static async Task<HubClient> ConnectAsync(TestFleet fleet, string query, params (string Name, string Value)[] headers)
    {
        var client = new HubClient();
        client._socket.Options.RemoteCertificateValidationCallback = fleet.Roots.ForClient().RemoteCertificateValidationCallback;
        foreach (var (name, value) in headers)
            client._socket.Options.SetRequestHeader(name, value);
        var address = new UriBuilder(fleet.PublicUrl) { Scheme = "wss", Path = "/hubs/fleet", Query = query }.Uri;
        await client._socket.ConnectAsync(address, CancellationToken.None);
        await client.SendAsync(new JsonObject { ["protocol"] = "json", ["version"] = 1 });
        Assert.Equal("{}", await client.NextAsync());
        return client;
    }

    public async Task<HubClient> SubscribeAsync(long? cursor = null, string? device = null)
    {
        var request = new JsonObject { ["cursor"] = cursor, ["device"] = device };
        await SendAsync(new JsonObject { ["type"] = 1, ["target"] = "Subscribe", ["arguments"] = new JsonArray(request), ["invocationId"] = "1" });
        return this;
    }

    /// <summary>The next message of a name; the completion of an invocation has the name "completed".</summary>
    public async Task<JsonObject> NextAsync(string target)
    {
        while (true)
        {
            var message = (JsonObject)JsonNode.Parse(await NextAsync())!;
            switch (message["type"]!.GetValue<int>())
            {
                case 1 when message["target"]!.ToString() == target:
                    return (JsonObject)message["arguments"]![0]!;
                case 3 when target == "completed":
                    return message;
                case 7:
                    throw new InvalidOperationException($"The hub closed the connection: {message}");
                default:
                    continue;
            }
        }
    }

    /// <summary>Reads messages until one of them shows the row as it should be; answers that message.</summary>
    public async Task<JsonObject> UntilRowAsync(Func<JsonObject, bool> fits)
    {
        while (true)
        {
            var message = await NextAsync("devices");
            if (message["rows"]!.AsArray().Any(row => fits((JsonObject)row!)))
                return message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_socket.State == WebSocketState.Open)
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        _socket.Dispose();
    }

    private Task SendAsync(JsonObject message) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString() + End), WebSocketMessageType.Text, true, CancellationToken.None);

    private async Task<string> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var text = _read.ToString();
            var end = text.IndexOf(End, StringComparison.Ordinal);
            if (end >= 0)
            {
                _read.Remove(0, end + 1);
                return text[..end];
            }

            var got = await _socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            if (got.MessageType == WebSocketMessageType.Close)
                throw new InvalidOperationException($"The hub closed the connection: {_socket.CloseStatus} {_socket.CloseStatusDescription}");
            _read.Append(Encoding.UTF8.GetString(buffer, 0, got.Count));
        }
    }
}
