using System.Reflection;

namespace Mdm.Fleet.Silo.Observability;

/// <summary>
/// Says at start which version runs with which settings, and at the end that it stopped: never a secret. Of a start that fails there is one line, and not of this.
/// </summary>
internal sealed partial class StartLog(FleetOptions options, ILogger<StartLog> log) : IHostedLifecycleService
{
    private bool _hasStarted;

    public static string Version { get; } =
        typeof(StartLog).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _hasStarted = true;
        var told = options.Observability;
        Started(
            log, Version, options.Store.Name, options.Frontend.PublicUrl, options.Https?.ToString() ?? "off", options.Http?.ToString() ?? "off", told.Metrics?.ToString() ?? "off",
            told.Otlp?.GetLeftPart(UriPartial.Authority) ?? "off", options.RetentionDays);
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_hasStarted)
            Stopped(log, Version);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        EventName = "Started", Level = LogLevel.Information,
        Message = "Mdm.Fleet {Version} has started: {Store}, public address {PublicUrl}, HTTPS {Https}, HTTP {Http}, metrics {Metrics}, OTLP {Otlp}, events kept for {RetentionDays} days")]
    private static partial void Started(
        ILogger log, string version, string store, Uri? publicUrl, string https, string http, string metrics, string otlp, int retentionDays);

    [LoggerMessage(EventName = "Stopped", Level = LogLevel.Information, Message = "Mdm.Fleet {Version} has stopped")]
    private static partial void Stopped(ILogger log, string version);
}
