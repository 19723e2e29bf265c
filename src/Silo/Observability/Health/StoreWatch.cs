using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Silo.Observability.Health;

/// <summary>Asks the store whether it reads and writes, and logs when an outage begins and ends.</summary>
internal sealed partial class StoreWatch
{
    private static readonly RecordKey Read = new("installation", "id");

    /// <summary>Clears a mark that nobody sets: it takes the way of every write and leaves nothing behind.</summary>
    private static readonly DueChange[] Write = [new(new RecordKey("installation", "probe"), "probe", 0, null)];

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly IRecordStore _store;
    private readonly ILogger _log;
    private Task<StoreState>? _asking;
    private long _outSince;

    public StoreWatch(IRecordStore store, Meter meter, ILogger<StoreWatch> log)
    {
        (_store, _log) = (store, log);
        meter.CreateObservableGauge("mdm.store.up", () => Volatile.Read(ref _outSince) == 0 ? 1 : 0, description: "Whether the store answered when it was last asked: 1 or 0");
    }

    /// <summary>Those who ask at the same time share one question.</summary>
    public Task<StoreState> AskAsync()
    {
        lock (_lock)
            return _asking is { IsCompleted: false } asking ? asking : _asking = TryAsync();
    }

    private async Task<StoreState> TryAsync()
    {
        if (_store.OwnershipLost.IsCancellationRequested)
            return StoreState.NotOwned;
        using var limit = new CancellationTokenSource(Wait);
        try
        {
            await _store.ReadAsync(Read, limit.Token).AsTask().WaitAsync(limit.Token);
            await _store.MarkAsync(Write, limit.Token).WaitAsync(limit.Token);
            Answered();
            return StoreState.Up;
        }
        catch (Exception failure)
        {
            Failed(failure);
            return StoreState.Unavailable;
        }
    }

    private void Answered()
    {
        var since = Interlocked.Exchange(ref _outSince, 0);
        if (since != 0)
            OutageEnded(_log, Stopwatch.GetElapsedTime(since).TotalSeconds);
    }

    private void Failed(Exception failure)
    {
        if (Interlocked.CompareExchange(ref _outSince, Stopwatch.GetTimestamp(), 0) == 0)
            OutageBegun(_log, failure.Message);
    }

    [LoggerMessage(EventName = "StoreOutageBegun", Level = LogLevel.Error, Message = "The store can't be reached: {Reason}")]
    private static partial void OutageBegun(ILogger log, string reason);

    [LoggerMessage(EventName = "StoreOutageEnded", Level = LogLevel.Warning, Message = "The store is back after {Seconds:F1} s")]
    private static partial void OutageEnded(ILogger log, double seconds);
}

/// <summary>Has the store asked every few seconds, so that an outage is told that nobody else notices.</summary>
internal sealed class StorePulse(StoreWatch store) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await store.AskAsync();
    }
}

/// <summary>The store as it was last asked.</summary>
internal enum StoreState
{
    Up,
    Unavailable,

    /// <summary>Another process owns it: this one is about to stop.</summary>
    NotOwned,
}
