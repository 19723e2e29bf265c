using System.Collections.Concurrent;
using System.Threading.Channels;
using Mdm.Fleet.Frontend.Admin.Devices;
using Mdm.Fleet.Frontend.Admin.Overview;
using Mdm.Fleet.Storage;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mdm.Fleet.Frontend.Live;

/// <summary>
/// Follows the event log by its cursor, at most four times a second and only while someone watches, and tells pages which rows changed.
/// A nudge may be lost: the next one tells the same, as the cursor has not moved.
/// </summary>
public sealed partial class LiveFeed(
    FleetLog log, FleetPages pages, IRecordStore store, OverviewReader overview, LiveMetrics metrics, TimeProvider time, ILogger<LiveFeed> logger) : BackgroundService
{
    private const int WatchersMax = 4_096;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, string> _watchers = new(StringComparer.Ordinal);
    private readonly Channel<bool> _nudges = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Behind the last event that was told; null = nobody watches, so nothing is followed.</summary>
    private long? _told;

    private TimeSpan _pause = Pause;

    /// <summary>Adds a page: told what it missed, then all that comes. Rows may come twice.</summary>
    /// <exception cref="HubException">Too many pages watch.</exception>
    public async Task SubscribeAsync(string connection, SubscribeRequest request, CancellationToken cancellationToken)
    {
        if (_watchers.Count >= WatchersMax)
            throw new HubException("Too many pages watch this server.");
        var group = request.Device is { } device ? FleetPages.GroupOf(device) : FleetPages.Fleet;
        IReadOnlyList<Task> sending;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _told ??= await log.LastAsync(cancellationToken);

            // Begun within the turn, so that what comes later comes behind; waited for outside, as one slow page must not hold up all.
            sending = request.Device is null
                ? await TellMissedAsync(connection, request.Cursor, _told.Value, cancellationToken)
                : [await TellMissedAsync(connection, request.Device, request.Cursor, _told.Value, cancellationToken)];
            await JoinAsync(connection, group, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }

        Nudge();
        await Task.WhenAll(sending);
    }

    private async Task JoinAsync(string connection, string group, CancellationToken cancellationToken)
    {
        try
        {
            _watchers[connection] = group;
            await pages.JoinAsync(connection, group, cancellationToken);
        }
        finally
        {
            // A page that has gone meanwhile has left already, and nobody would take it off the list again.
            if (cancellationToken.IsCancellationRequested)
                Leave(connection);
        }
    }

    /// <summary>A page has gone.</summary>
    public void Leave(string connection) => _watchers.TryRemove(connection, out _);

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        store.EventsCommitted += Nudge;
        try
        {
            await foreach (var _ in _nudges.Reader.ReadAllAsync(stoppingToken))
            {
                await FollowAsync(stoppingToken);
                await Task.Delay(_pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Stopped(logger);
        }
        finally
        {
            store.EventsCommitted -= Nudge;
        }
    }

    private void Nudge() => _nudges.Writer.TryWrite(true);

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            metrics.Watched(_watchers.Count);
            if (_watchers.IsEmpty)
                _told = null;
            else if (_told is { } told)
                await TellAsync(told, cancellationToken);
            _pause = Pause;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Said once an outage, and tried ever more seldom until it is over.
            if (_pause == Pause)
                Missed(logger, failure);
            _pause = _pause * 2 < PauseMax ? _pause * 2 : PauseMax;
            Nudge();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>One page of events; what is left is told at the next turn.</summary>
    private async Task TellAsync(long told, CancellationToken cancellationToken)
    {
        var events = await log.AfterAsync(told, cancellationToken);
        metrics.Read(events, time.GetUtcNow());
        if (events.Count == 0)
            return;
        var cursor = events[^1].Cursor;
        var changed = FleetLog.DevicesOf(events).ToHashSet(StringComparer.Ordinal);
        if (changed.Count > 0)
        {
            await TellFleetAsync(changed, cursor, cancellationToken);
            await TellDevicesAsync(events, changed, cursor, cancellationToken);
        }

        _told = cursor;
        Nudge();
    }

    private async Task TellFleetAsync(IReadOnlyCollection<string> changed, long cursor, CancellationToken cancellationToken)
    {
        if (!_watchers.Values.Contains(FleetPages.Fleet))
            return;
        var messages = await log.RowsAsync(changed, cursor, cancellationToken);
        var numbers = await overview.ReadAsync(cancellationToken);
        for (var i = 0; i < messages.Count; i++)
        {
            var message = i == messages.Count - 1 ? messages[i] with { Overview = numbers } : messages[i];
            await pages.TellAsync(message, cancellationToken);
        }
    }

    private async Task TellDevicesAsync(
        IReadOnlyList<StoredEvent> events, HashSet<string> changed, long cursor, CancellationToken cancellationToken)
    {
        var watched = _watchers.Values.ToHashSet(StringComparer.Ordinal);
        foreach (var device in changed.Where(device => watched.Contains(FleetPages.GroupOf(device))))
        {
            var items = events.Where(stored => stored.Line.Subject.Kind == "device" && stored.Line.Subject.Key == device).Select(EventObject.Of);
            await pages.TellAsync(device, new EventsMessage(cursor, [.. items]), cancellationToken);
        }
    }

    /// <summary>Without a cursor the page loads its list itself, after this; it learns the cursor to resume from.</summary>
    private async Task<IReadOnlyList<Task>> TellMissedAsync(string connection, long? since, long told, CancellationToken cancellationToken)
    {
        var changed = since is null ? [] : since > told ? null : await log.ChangedAsync(since.Value, told, cancellationToken);
        IReadOnlyList<DevicesMessage> messages = changed is null ? [] : await log.RowsAsync(changed, told, cancellationToken);
        if (messages.Count == 0)
            messages = [new DevicesMessage(told, [], [], Reset: changed is null)];
        var sending = new List<Task>(messages.Count);
        foreach (var message in messages)
            sending.Add(await pages.TellOneAsync(connection, message, cancellationToken));
        return sending;
    }

    private async Task<Task> TellMissedAsync(string connection, string device, long? since, long told, CancellationToken cancellationToken)
    {
        var items = since is null ? [] : since > told ? null : await log.EventsAsync(device, since.Value, cancellationToken);
        return await pages.TellOneAsync(connection, new EventsMessage(told, items ?? [], items is null), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The live page missed a turn; the next one makes up for it")]
    private static partial void Missed(ILogger logger, Exception failure);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The live feed has stopped")]
    private static partial void Stopped(ILogger logger);
}
