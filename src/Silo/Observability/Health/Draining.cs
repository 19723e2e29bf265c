namespace Mdm.Fleet.Silo.Observability.Health;

/// <summary>
/// The first step of a graceful stop: readiness is gone, and requests are served for as long as it takes those who send them to notice.
/// </summary>
internal sealed partial class Draining(IHostApplicationLifetime lifetime, ObservabilityOptions options, TimeProvider time, ILogger<Draining> log) : IHostedLifecycleService
{
    private volatile bool _hasBegun;

    public bool HasBegun => _hasBegun || lifetime.ApplicationStopping.IsCancellationRequested;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _hasBegun = true;
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return;
        Begun(log, options.Drain.TotalSeconds);
        if (options.Drain > TimeSpan.Zero)
            await Task.Delay(options.Drain, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventName = "Draining", Level = LogLevel.Information, Message = "The server drains for {Seconds} s, then it stops")]
    private static partial void Begun(ILogger log, double seconds);
}
