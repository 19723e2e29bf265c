using System.Collections.Concurrent;

namespace Mdm.Fleet.LoadSim.Apns;

/// <summary>What the simulated push service saw and did since its start, for reports.</summary>
/// <param name="Requests">Requests, of whatever kind.</param>
/// <param name="Accepted">Answered 200.</param>
/// <param name="Delivered">Taken by a device.</param>
/// <param name="Coalesced">Replaced by a younger push to the same device while it was offline.</param>
/// <param name="Expired">Not delivered before their time ended.</param>
/// <param name="Dropped">Accepted and lost on purpose.</param>
/// <param name="InFlightMax">The most requests that were open at once.</param>
/// <param name="Refusals">Answers other than 200 by reason.</param>
public sealed record ApnsCounts(
    long Requests,
    long Accepted,
    long Delivered,
    long Coalesced,
    long Expired,
    long Dropped,
    long InFlightMax,
    IReadOnlyDictionary<string, long> Refusals);

internal sealed class ApnsCounters
{
    private readonly ConcurrentDictionary<string, long> _refusals = new(StringComparer.Ordinal);
    private long _requests, _accepted, _delivered, _coalesced, _expired, _dropped, _inFlight, _inFlightMax;

    /// <summary>Counts a request that begins and answers its number, from 1.</summary>
    public long Begin()
    {
        var open = Interlocked.Increment(ref _inFlight);
        long most;
        do
            most = Volatile.Read(ref _inFlightMax);
        while (most < open && Interlocked.CompareExchange(ref _inFlightMax, open, most) != most);
        return Interlocked.Increment(ref _requests);
    }

    public void End() => Interlocked.Decrement(ref _inFlight);

    public void Accepted() => Interlocked.Increment(ref _accepted);

    public void Delivered() => Interlocked.Increment(ref _delivered);

    public void Coalesced() => Interlocked.Increment(ref _coalesced);

    public void Expired() => Interlocked.Increment(ref _expired);

    public void Dropped() => Interlocked.Increment(ref _dropped);

    public void Refused(string reason) => _refusals.AddOrUpdate(reason, 1, (_, count) => count + 1);

    public ApnsCounts Read() => new(
        Volatile.Read(ref _requests),
        Volatile.Read(ref _accepted),
        Volatile.Read(ref _delivered),
        Volatile.Read(ref _coalesced),
        Volatile.Read(ref _expired),
        Volatile.Read(ref _dropped),
        Volatile.Read(ref _inFlightMax),
        new Dictionary<string, long>(_refusals));
}
