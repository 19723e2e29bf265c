using Microsoft.Extensions.Logging.Console;

namespace Mdm.Fleet.Silo.Observability;

/// <summary>Where log lines go: standard error, as text or as JSON lines.</summary>
internal static class LogOutput
{
    public static void Configure(ILoggingBuilder logging, FleetOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Orleans", LogLevel.Warning);

        // At every start they warn of a garbage collector that was chosen, and of checks that have not run yet.
        logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);

        // Warns of every turn that takes a second, as first turns do that compile their code on a busy machine; a counter says how many there are.
        logging.AddFilter("Orleans.Runtime.Scheduler.WorkItemGroup", LogLevel.Error);

        // A request's log line would start an activity for each and tell secret addresses; a failed start is told by Program in one line.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        if (!options.Logs)
            return;
        if (options.Observability.LogFormat == LogFormat.Json)
            Json(logging);
        else
            Text(logging);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void Text(ILoggingBuilder logging) => logging.AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        console.UseUtcTimestamp = true;
        console.ColorBehavior = LoggerColorBehavior.Disabled;
    });

    private static void Json(ILoggingBuilder logging)
    {
        logging.AddConsole(console => console.FormatterName = JsonLines.FormatterName);
        logging.AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
    }
}
