namespace Mdm.Fleet.Silo.Observability.Health;

/// <summary>Beats once a second on the thread pool: a process whose loops do not run any more is not alive, whatever it answers.</summary>
internal sealed class Heartbeat : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private long _lastBeatAt = Environment.TickCount64;

    public TimeSpan SinceLastBeat => TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastBeatAt));

    /// <summary>Half a minute without a beat is no long garbage collection any more.</summary>
    public bool IsAlive => SinceLastBeat < TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            Volatile.Write(ref _lastBeatAt, Environment.TickCount64);
    }
}
