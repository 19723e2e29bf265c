using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Mdm.Fleet.Silo.Observability;

/// <summary>
/// A log line as one flat JSON object: time, level, event, category, message, the event's own fields, the trace that it belongs to, and the
/// exception. The framework's formatter leaves the event's name out and puts the fields out of reach of simple filters.
/// </summary>
internal sealed class JsonLines() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "json-lines";

    private static readonly HashSet<string> Taken = ["time", "level", "event", "category", "message", "traceId", "spanId", "exception"];

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("level", LevelOf(logEntry.LogLevel));
            if (logEntry.EventId.Name is { } name)
                json.WriteString("event", name);
            json.WriteString("category", logEntry.Category);
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (logEntry.State is IReadOnlyList<KeyValuePair<string, object?>> fields)
                Write(json, fields);
            if (Activity.Current is { } activity)
            {
                json.WriteString("traceId", activity.TraceId.ToHexString());
                json.WriteString("spanId", activity.SpanId.ToHexString());
            }

            if (logEntry.Exception is { } exception)
                json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    /// <summary>Named as in the message, in camel case; the template itself tells nothing new.</summary>
    private static void Write(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            var (name, value) = fields[i];
            if (name == "{OriginalFormat}" || value is null)
                continue;
            var field = JsonNamingPolicy.CamelCase.ConvertName(name);
            json.WritePropertyName(Taken.Contains(field) ? field + "_" : field);
            Write(json, value);
        }
    }

    private static void Write(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case int or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        LogLevel.Critical => "critical",
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };
}
