using System.Diagnostics.CodeAnalysis;
using Mdm.Fleet.Domain.Enrollment;

namespace Mdm.Fleet.Domain.Push;

/// <summary>
/// The order and pace of one topic's pushes: at most one waits a device, urgent ones go before bulk ones, and in any span of time at most
/// burst + rate × span go. Bounded; time comes in with each call, chance through the constructor. Belongs to one owner: not thread-safe.
/// </summary>
/// <param name="settings">In force from the start.</param>
/// <param name="random">Spreads bulk pushes.</param>
/// <param name="waitingMax">How many of either urgency may wait: bulk ones never take an urgent one's place.</param>
public sealed class PushGovernor<TPush>(GovernorSettings settings, Random random, int waitingMax = 250_000)
    where TPush : class
{
    /// <summary>Entries in the order of bulk pushes that stand for nothing any more, before they are swept out.</summary>
    private const int StaleMax = 1_024;

    private readonly Dictionary<EnrollmentId, TPush> _urgent = [];
    private readonly Queue<EnrollmentId> _urgentOrder = [];
    private readonly Dictionary<EnrollmentId, TPush> _bulk = [];
    private readonly PriorityQueue<EnrollmentId, long> _bulkOrder = new();
    private readonly Crowd _crowd = new(random);
    private TokenBucket _bucket = new(settings.PerSecond, settings.Burst);
    private DateTimeOffset _lastReadyAt;

    public GovernorSettings Settings { get; private set; } = settings;

    public int UrgentCount => _urgent.Count;

    public int BulkCount => _bulk.Count;

    /// <summary>What an urgent push finds even when bulk ones take all that they may.</summary>
    private int Reserve => Settings.Burst / 5;

    /// <summary>From now on; what waits goes on waiting.</summary>
    public void Change(GovernorSettings next)
    {
        _bucket = _bucket.With(next.PerSecond, next.Burst);
        Settings = next;
    }

    /// <summary>Asks for a push. The newest of a device replaces the one that waits, as its token may be newer; once urgent, it stays so.</summary>
    public PushPlace Ask(EnrollmentId device, TPush push, PushUrgency urgency, DateTimeOffset now)
    {
        if (_urgent.ContainsKey(device))
        {
            _urgent[device] = push;
            return PushPlace.Coalesced;
        }

        return urgency == PushUrgency.Urgent ? AskUrgent(device, push) : AskBulk(device, push, now);
    }

    /// <summary>The next push that may go now. <paramref name="withBulk"/> false = urgent ones only.</summary>
    public bool TryTake(DateTimeOffset now, bool withBulk, [NotNullWhen(true)] out TPush? push)
    {
        push = UrgentAt(now) <= now ? TakeUrgent() : withBulk && BulkAt(now) <= now ? TakeBulk(now) : null;
        if (push is null)
            return false;
        _bucket.Take(now);
        return true;
    }

    /// <summary>When the next one may go; null = none waits, or what waits is paused.</summary>
    public DateTimeOffset? NextAt(DateTimeOffset now) => (UrgentAt(now), BulkAt(now)) switch
    {
        ({ } urgent, { } bulk) => urgent < bulk ? urgent : bulk,
        var (urgent, bulk) => urgent ?? bulk,
    };

    /// <summary>
    /// How long until all that waits has gone, and <paramref name="more"/> bulk ones if they were asked for now, at the present rate and if
    /// nothing else comes; null = never, while it is paused.
    /// </summary>
    public TimeSpan? Forecast(DateTimeOffset now, int more = 0)
    {
        var bulk = (long)_bulk.Count + more;
        if (bulk == 0)
            return _urgent.Count == 0 ? TimeSpan.Zero : Settings.Pause == PushPause.All ? null : _bucket.WaitFor(_urgent.Count, 0, now);
        if (Settings.Pause != PushPause.None)
            return null;
        var byRate = _bucket.WaitFor(_urgent.Count + bulk, Reserve, now);
        var byChance = more > 0 ? _crowd.Spread(more - 1, Settings.JitterSeconds, now) : TimeSpan.Zero;
        if (_bulk.Count > 0 && _lastReadyAt - now > byChance)
            byChance = _lastReadyAt - now;
        return byRate > byChance ? byRate : byChance;
    }

    private PushPlace AskUrgent(EnrollmentId device, TPush push)
    {
        var waited = _bulk.ContainsKey(device);
        if (_urgent.Count >= waitingMax)
            return waited ? PushPlace.Coalesced : PushPlace.NoRoom;
        _bulk.Remove(device);
        _urgent.Add(device, push);
        _urgentOrder.Enqueue(device);
        return waited ? PushPlace.Coalesced : PushPlace.Waits;
    }

    private PushPlace AskBulk(EnrollmentId device, TPush push, DateTimeOffset now)
    {
        if (_bulk.ContainsKey(device))
        {
            _bulk[device] = push;
            return PushPlace.Coalesced;
        }

        if (_bulk.Count >= waitingMax)
            return PushPlace.NoRoom;
        var readyAt = _crowd.Place(Settings.JitterSeconds, now);
        _bulk.Add(device, push);
        _bulkOrder.Enqueue(device, readyAt.UtcTicks);
        _lastReadyAt = readyAt > _lastReadyAt ? readyAt : _lastReadyAt;
        if (_bulkOrder.Count > _bulk.Count * 2 + StaleMax)
            SweepOut();
        return PushPlace.Waits;
    }

    private DateTimeOffset? UrgentAt(DateTimeOffset now) =>
        _urgent.Count == 0 || Settings.Pause == PushPause.All ? null : now + _bucket.WaitFor(1, 0, now);

    private DateTimeOffset? BulkAt(DateTimeOffset now)
    {
        if (_bulk.Count == 0 || Settings.Pause != PushPause.None || !_bulkOrder.TryPeek(out _, out var readyAt))
            return null;
        var byRate = now + _bucket.WaitFor(1, Reserve, now);
        return byRate.UtcTicks > readyAt ? byRate : new DateTimeOffset(readyAt, TimeSpan.Zero);
    }

    private TPush TakeUrgent()
    {
        _urgent.Remove(_urgentOrder.Dequeue(), out var push);
        return push!;
    }

    /// <summary>Skips the places of those that became urgent meanwhile.</summary>
    private TPush? TakeBulk(DateTimeOffset now)
    {
        while (_bulkOrder.TryPeek(out var device, out var readyAt) && readyAt <= now.UtcTicks)
        {
            _bulkOrder.Dequeue();
            if (!_bulk.Remove(device, out var push))
                continue;
            if (_bulk.Count == 0)
                GiveBack();
            return push;
        }

        return null;
    }

    private void SweepOut()
    {
        var live = _bulkOrder.UnorderedItems.Where(place => _bulk.ContainsKey(place.Element)).DistinctBy(place => place.Element).ToList();
        _bulkOrder.Clear();
        _bulkOrder.EnqueueRange(live);
    }

    /// <summary>The memory that a great fan-out took.</summary>
    private void GiveBack()
    {
        if (_bulkOrder.Count > 0 || _bulk.EnsureCapacity(0) <= StaleMax)
            return;
        _bulk.TrimExcess();
        _bulkOrder.TrimExcess();
    }
}
