using Microsoft.Extensions.Logging.Console;

namespace Mdm.Fleet.Silo.Observability;

/// <summary>Where log lines go: standard error, as text or as JSON lines.</summary>
internal static class LogOutput
{
    private const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static void Configure(ILoggingBuilder logging, FleetOptions options)
    {
        logging.ClearProviders();
        if (!options.Logs)
            return;
        if (options.Observability.LogFormat == LogFormat.Json)
            Json(logging);
        else
            Text(logging);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Orleans", LogLevel.Warning);

        // A request's log line would start an activity for each; a failed start is told by Program in one line.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
    }

    private static void Text(ILoggingBuilder logging) => logging.AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = Time + " ";
        console.UseUtcTimestamp = true;
        console.ColorBehavior = LoggerColorBehavior.Disabled;
    });

    /// <summary>With the ids of the trace that a line belongs to, where its request is traced.</summary>
    private static void Json(ILoggingBuilder logging)
    {
        logging.AddJsonConsole(console =>
        {
            console.TimestampFormat = Time;
            console.UseUtcTimestamp = true;
            console.IncludeScopes = true;
        });
        logging.Configure(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
    }
}
