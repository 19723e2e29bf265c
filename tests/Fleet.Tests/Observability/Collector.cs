using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Mdm.Fleet.Fleet.Tests.Observability;

/// <summary>A span as sent: ids in hex, a parent of none is empty.</summary>
internal sealed record SentSpan(string Trace, string Id, string Parent, string Name, string Text);

/// <summary>An OpenTelemetry collector: takes what is posted to its two addresses.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _taken = new();

    private Collector(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    /// <summary>The names of all metrics that came.</summary>
    public IReadOnlySet<string> Metrics => Bodies("/v1/metrics")
        .SelectMany(body => Protobuf.Fields(body, 1, 2, 2, 1)).Select(name => Encoding.UTF8.GetString(name.Span)).ToHashSet(StringComparer.Ordinal);

    public IReadOnlyList<SentSpan> Spans => [.. Bodies("/v1/traces").SelectMany(body => Protobuf.Fields(body, 1, 2, 2)).Select(Span)];

    /// <summary>The spans of the trace that has a step of this name.</summary>
    public IReadOnlyList<SentSpan> TraceWith(string step)
    {
        var spans = Spans;
        return [.. spans.Where(span => spans.Any(one => one.Name == step && one.Trace == span.Trace))];
    }

    /// <summary>Values of attributes of the resource that metrics are of.</summary>
    public IReadOnlySet<string> Resource => Bodies("/v1/metrics")
        .SelectMany(body => Protobuf.Fields(body, 1, 1, 1, 2, 1)).Select(value => Encoding.UTF8.GetString(value.Span)).ToHashSet(StringComparer.Ordinal);

    /// <summary>All that came, as text: to look for what must not be in it.</summary>
    public string Everything => string.Concat(_taken.Select(taken => Encoding.Latin1.GetString(taken.Body)));

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var collector = new Collector(app);
        app.MapPost("/{**path}", collector.TakeAsync);
        await app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        if (request.ContentType != "application/x-protobuf")
            return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        _taken.Enqueue((request.Path, body.ToArray()));
        return Results.Bytes([], "application/x-protobuf");
    }

    private IEnumerable<ReadOnlyMemory<byte>> Bodies(string path) => _taken.Where(taken => taken.Path == path).Select(taken => (ReadOnlyMemory<byte>)taken.Body);

    private static SentSpan Span(ReadOnlyMemory<byte> span) => new(
        Hex(span, 1), Hex(span, 2), Hex(span, 4), Encoding.UTF8.GetString(Protobuf.Fields(span, 5).Single().Span), Encoding.Latin1.GetString(span.Span));

    private static string Hex(ReadOnlyMemory<byte> span, int field) =>
        Protobuf.Fields(span, field).Select(id => Convert.ToHexStringLower(id.Span)).SingleOrDefault("");
}
