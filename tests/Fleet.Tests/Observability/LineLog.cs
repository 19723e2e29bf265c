using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Mdm.Fleet.Silo.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mdm.Fleet.Fleet.Tests.Observability;

/// <summary>Keeps the log of a server as the lines that the server writes.</summary>
internal sealed class LineLog : ILoggerProvider
{
    private readonly JsonLines _formatter = new();
    private readonly ConcurrentQueue<JsonNode> _lines = new();
    private readonly Channel<JsonNode> _news = Channel.CreateUnbounded<JsonNode>();

    public IReadOnlyList<JsonNode> All => [.. _lines];

    public void Register(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(this);

    /// <summary>The only line of an event about a device.</summary>
    public JsonNode Of(string name, string device) =>
        Assert.Single(_lines, line => line["event"]?.ToString() == name && line["device"]?.ToString() == device);

    /// <summary>Waits for an event.</summary>
    public async Task UntilAsync(string name)
    {
        await foreach (var line in _news.Reader.ReadAllAsync())
        {
            if (line["event"]?.ToString() == name)
                return;
        }
    }

    public ILogger CreateLogger(string categoryName) => new Lines(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Lines(LineLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            using var text = new StringWriter();
            log._formatter.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), null, text);
            var line = JsonNode.Parse(Assert.Single(text.ToString().TrimEnd().Split('\n')))!;
            log._lines.Enqueue(line);
            log._news.Writer.TryWrite(line);
        }
    }
}
