using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>
/// When devices were last heard: in memory, flushed once a minute, one record a shard of devices (DESIGN.md, section 6: losing a minute
/// of it is allowed). It is shown, and no rule of distribution may use it. Signs of people are noted beside it, for sessions that end when idle.
/// </summary>
public sealed partial class LastSeen(IRecordStore store, Meter meter, TimeProvider time, ILogger<LastSeen> log) : BackgroundService
{
    private readonly Histogram<double> _flushes = meter.CreateHistogram(
        "mdm.last_seen.flush.duration", "s", "Flushes of when devices were last seen", advice: FleetTelemetry.Seconds);

    private const int TriesMax = 5;

    /// <summary>What an activation may keep to itself: a device that connects all day costs one note a while.</summary>
    public static readonly TimeSpan Grain = TimeSpan.FromSeconds(30);

    /// <summary>The same for signs of people: a restart may put a session's end so much earlier.</summary>
    public static readonly TimeSpan ActiveGrain = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(2);

    private ConcurrentDictionary<string, long> _unflushed = [];

    public void Note(string device, DateTimeOffset at) => _unflushed[device] = at.ToUnixTimeSeconds();

    /// <summary>Notes a sign of the person who holds a device (MU-19).</summary>
    public void NoteActive(string device, DateTimeOffset at) => Note(ActiveKey(device), at);

    /// <summary>The last sign of whoever held the device; null = none is known.</summary>
    public Task<DateTimeOffset?> ActiveOf(string device) => Of(ActiveKey(device));

    /// <summary>Null = not heard as far as is known; exact to the second.</summary>
    public async Task<DateTimeOffset?> Of(string device)
    {
        if (_unflushed.TryGetValue(device, out var seconds))
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        var (seen, _) = await Read(KeyOf(IRecordStore.DueShard(device)), default);
        return seen.TryGetValue(device, out seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }

    /// <summary>Writes what was noted since the last time.</summary>
    public async Task Flush(CancellationToken cancellation)
    {
        var noted = Interlocked.Exchange(ref _unflushed, []);
        try
        {
            foreach (var shard in noted.GroupBy(note => IRecordStore.DueShard(note.Key)))
                await Merge(KeyOf(shard.Key), shard, cancellation);
        }
        catch
        {
            // The next flush has them, but for those that are younger by then.
            foreach (var (device, seconds) in noted)
                _unflushed.TryAdd(device, seconds);
            throw;
        }
    }

    /// <summary>The last minute is written too where the server stops in good order, though others may have used up its time to stop.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var late = new CancellationTokenSource(LastFlush);
        await FlushOrSay(late.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await FlushOrSay(stoppingToken);
    }

    private async Task FlushOrSay(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await Flush(cancellation);
            _flushes.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("outcome", "stored"));
        }
        catch (Exception failure)
        {
            _flushes.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("outcome", "lost"));
            Lost(log, failure);
        }
    }

    /// <summary>Another silo may write the same shard: the one that comes second reads again.</summary>
    private async Task Merge(RecordKey key, IEnumerable<KeyValuePair<string, long>> notes, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var (seen, etag) = await Read(key, cancellation);
            foreach (var (device, seconds) in notes)
                seen[device] = Math.Max(seconds, seen.GetValueOrDefault(device));
            try
            {
                await store.WriteAsync(new RecordWrite(key, JsonSerializer.SerializeToUtf8Bytes(seen, GrainsJson.Default.DictionaryStringInt64), etag), cancellation);
                return;
            }
            catch (RecordConflictException) when (tries < TriesMax)
            {
                continue;
            }
        }
    }

    private async Task<(Dictionary<string, long> Seen, long Etag)> Read(RecordKey key, CancellationToken cancellation) =>
        await store.ReadAsync(key, cancellation) is { } record
            ? (JsonSerializer.Deserialize(record.Body.Span, GrainsJson.Default.DictionaryStringInt64) ?? [], record.Etag)
            : ([], 0);

    /// <summary>No enrolment id has a blank in it.</summary>
    private static string ActiveKey(string device) => $"{device} active";

    private static RecordKey KeyOf(int shard) => new("lastSeen", shard.ToString(CultureInfo.InvariantCulture));

    [LoggerMessage(Level = LogLevel.Warning, Message = "When devices were last seen could not be stored; the next minute's flush tries again")]
    private static partial void Lost(ILogger log, Exception failure);
}
