using Mdm.Fleet.Embedded.Activations;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded.Streams;

/// <summary>
/// Brings events to their implicit subscribers: in order per stream, streams side by side up to a limit. What fails is tried again a few
/// times, then dropped with a log; so is what comes when too much waits. Events are hints: losing one is allowed, growing without end is not.
/// </summary>
internal sealed class StreamPump(EmbeddedHost host, ILookup<string, GrainClass> subscribers)
{
    private readonly Dictionary<(string Provider, StreamId Stream), Queue<StreamEvent>> _streams = [];
    private readonly Queue<Queue<StreamEvent>> _ready = new();
    private int _waiting;
    private int _workers;

    public void Take(StreamEvent streamEvent)
    {
        var to = streamEvent.Stream.GetNamespace() ?? "";
        if (host.IsStopping || !subscribers.Contains(to) || host.Options.DropStreamEvents?.Invoke(streamEvent.Stream) == true)
            return;
        if (TryQueue(streamEvent, out var startWorker))
        {
            if (startWorker)
                ThreadPool.UnsafeQueueUserWorkItem(static pump => _ = pump.WorkAsync(), this, preferLocal: false);
        }
        else
        {
            host.Logger.LogWarning("Stream {Stream}: an event was dropped, too many wait.", streamEvent.Stream);
        }
    }

    private bool TryQueue(StreamEvent streamEvent, out bool startWorker)
    {
        startWorker = false;
        var key = (streamEvent.Provider, streamEvent.Stream);
        lock (_streams)
        {
            if (_waiting >= host.Options.StreamBacklogMax)
                return false;
            _waiting++;
            if (_streams.TryGetValue(key, out var events))
            {
                events.Enqueue(streamEvent);
                return true;
            }
            _streams[key] = events = new([streamEvent]);
            _ready.Enqueue(events);
            if (_workers < host.Options.StreamDeliveriesMax)
            {
                _workers++;
                startWorker = true;
            }
            return true;
        }
    }

    private async Task WorkAsync()
    {
        while (NextStream() is { } events)
        {
            await DeliverAsync(events.Peek());
            lock (_streams)
            {
                _waiting--;
                var done = events.Dequeue();
                if (events.Count > 0)
                    _ready.Enqueue(events);
                else
                    _streams.Remove((done.Provider, done.Stream));
            }
        }
    }

    private Queue<StreamEvent>? NextStream()
    {
        lock (_streams)
        {
            if (!host.IsStopping && _ready.TryDequeue(out var events))
                return events;
            _workers--;
            return null;
        }
    }

    private async Task DeliverAsync(StreamEvent streamEvent)
    {
        foreach (var grainClass in subscribers[streamEvent.Stream.GetNamespace() ?? ""])
            for (var attempt = 1; !await TryDeliverAsync(grainClass, streamEvent, attempt); attempt++)
                await Task.Delay(host.Options.StreamRetryPause * attempt, host.Time, CancellationToken.None);
    }

    /// <summary>True = delivered or given up.</summary>
    private async Task<bool> TryDeliverAsync(GrainClass grainClass, StreamEvent streamEvent, int attempt)
    {
        var delivery = new Delivery(grainClass, streamEvent);
        delivery.Send();
        try
        {
            await delivery.Done.WaitAsync(host.Options.ResponseTimeout, host.Time);
            return true;
        }
        catch (Exception e)
        {
            delivery.Refuse(e);
            var last = attempt >= host.Options.StreamAttemptsMax || host.IsStopping;
            if (last)
                host.Logger.LogError(e, "Stream {Stream}: an event for {Class} was dropped after {Attempts} attempts.",
                    streamEvent.Stream, grainClass.Name, attempt);
            return last;
        }
    }
}
