using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Mdm.Fleet.Protocol.Plist;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.LoadSim.Tests.Devices;

/// <summary>
/// A server that answers a device from a list and remembers what it was told. After the list it answers 200 empty. Plain HTTP on a free
/// port of the loopback address.
/// </summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Answer> _answers = new();
    private readonly Channel<byte[]> _bodies = Channel.CreateUnbounded<byte[]>();

    private ScriptedServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public Uri Url => new($"{_app.Urls.Single()}/mdm/connect");

    public static async Task<ScriptedServer> StartAsync()
    {
        var server = new ScriptedServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The next answers, one a request.</summary>
    public void Answers(params IEnumerable<Answer> answers)
    {
        foreach (var answer in answers)
            _answers.Enqueue(answer);
    }

    /// <summary>The next message that a device sent, as its exact bytes.</summary>
    public async Task<byte[]> NextBodyAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _bodies.Reader.ReadAsync(limit.Token);
    }

    /// <summary>The next message that a device sent.</summary>
    public async Task<PlistValue.Dict> NextAsync() => (PlistValue.Dict)PlistValue.Read(await NextBodyAsync());

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var answer = _answers.TryDequeue(out var scripted) ? scripted : Answer.Nothing;
        await _bodies.Writer.WriteAsync(body.ToArray());
        http.Response.StatusCode = answer.Status;
        await http.Response.Body.WriteAsync(answer.Body);
    }

    /// <summary>One answer.</summary>
    public sealed record Answer(int Status, byte[] Body)
    {
        public static Answer Nothing { get; } = new(200, []);

        public static Answer Of(int status, string text = "") => new(status, Encoding.UTF8.GetBytes(text));

        /// <summary>A command of this type with these keys.</summary>
        public static Answer Command(string uuid, string requestType, params (string Key, PlistValue? Value)[] keys) =>
            new(200, PlistValue.Dict.Of(
                ("CommandUUID", uuid),
                ("Command", PlistValue.Dict.Of([("RequestType", requestType), .. keys]))).ToXml());
    }
}
