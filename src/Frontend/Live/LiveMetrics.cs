using System.Diagnostics.Metrics;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Frontend.Live;

/// <summary>How late live pages are told, and how many watch.</summary>
public sealed class LiveMetrics
{
    private int _watchers;
    private long _lagTicks;

    public LiveMetrics(Meter meter)
    {
        meter.CreateObservableGauge("mdm.live.watchers", () => Volatile.Read(ref _watchers), "{page}", "Pages that watch the fleet live");
        meter.CreateObservableGauge("mdm.live.lag", () => TimeSpan.FromTicks(Volatile.Read(ref _lagTicks)).TotalSeconds, "s", "Age of the oldest event that live pages were told last; 0 = all is told");
    }

    public void Watched(int pages)
    {
        Volatile.Write(ref _watchers, pages);
        if (pages == 0)
            Volatile.Write(ref _lagTicks, 0);
    }

    /// <summary>A page of the event log that is told now.</summary>
    public void Read(IReadOnlyList<StoredEvent> events, DateTimeOffset now) =>
        Volatile.Write(ref _lagTicks, events.Count == 0 ? 0 : Math.Max(0, (now - events[0].Line.At).Ticks));
}
