using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Mdm.Fleet.Protocol.Commands;
using Mdm.Fleet.Protocol.Plist;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.LoadSim.Tests.Load;

/// <summary>A server that takes orders, hands them out, and writes down what devices said. Some answers come in chunks.</summary>
public sealed class CommandServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _waiting = new();

    private CommandServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public Uri Url => new(_app.Urls.Single());

    /// <summary>How often each thing was said: a message type or a status.</summary>
    public ConcurrentDictionary<string, int> Said { get; } = new();

    /// <summary>The tokens of all TokenUpdates.</summary>
    public ConcurrentBag<string> Tokens { get; } = [];

    /// <summary>The UDIDs in the forwarded certificates.</summary>
    public ConcurrentDictionary<string, bool> Subjects { get; } = new();

    /// <summary>The status of every answer to a device.</summary>
    public int Status { get; set; } = 200;

    public static async Task<CommandServer> StartAsync()
    {
        var server = new CommandServer();
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        if (http.Request.Method == "POST")
        {
            _waiting[http.Request.Path.Value!.Split('/')[4]] = Guid.NewGuid().ToString();
            http.Response.StatusCode = 202;
            await http.Response.WriteAsync("{\"commandId\":");
            await http.Response.Body.FlushAsync();
            await http.Response.WriteAsync("\"x\"}");
            return;
        }

        var answer = Answer((PlistValue.Dict)PlistValue.Read(body.ToArray()));
        var certificate = Convert.FromBase64String(http.Request.Headers["X-Client-Cert"].ToString().Trim(':'));
        using var parsed = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(certificate);
        Subjects[parsed.Subject] = true;
        http.Response.StatusCode = Status;
        http.Response.ContentLength = answer.Length;
        await http.Response.Body.WriteAsync(answer);
    }

    private byte[] Answer(PlistValue.Dict message)
    {
        Said.AddOrUpdate(message.GetString("MessageType") ?? message.GetString("Status")!, 1, (_, times) => times + 1);
        if (message.GetData("Token") is { } token)
            Tokens.Add(Convert.ToHexString(token.Span));
        var udid = message.GetString("UDID")!;
        if (message.GetString("Status") == "Acknowledged" && _waiting.TryRemove(udid, out var done) && done != message.GetString("CommandUUID"))
            throw new InvalidOperationException("A result for another command.");
        if (message.GetString("Status") != "Idle" || !_waiting.TryGetValue(udid, out var uuid))
            return [];
        var output = new ArrayBufferWriter<byte>();
        new DeviceInformation(["DeviceName"]).Encode(uuid, output);
        return output.WrittenSpan.ToArray();
    }

    public override string ToString() => new StringBuilder().AppendJoin(", ", Said).ToString();
}
