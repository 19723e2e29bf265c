using System.Diagnostics.CodeAnalysis;
using Mdm.Fleet.Domain.Enrollment;

namespace Mdm.Fleet.Domain.Push;

/// <summary>What a request for a push leads to.</summary>
public enum PushTurn
{
    /// <summary>Nothing is under way for the device: send, then call <see cref="OutstandingPushes{TPush}.Done"/>.</summary>
    SendNow,

    /// <summary>One push is under way; exactly one more follows it, however often it is asked for.</summary>
    Coalesced,

    /// <summary>As many devices as allowed have a push under way: leave the due mark for later.</summary>
    Full,
}

/// <summary>
/// At most one push under way a device. A request meanwhile may concern a command younger than that push, so the newest is
/// remembered, not dropped: its token may be newer too. One whose end is not told in time counts as ended, so that no device waits for ever. Belongs to one owner at a time: not
/// thread-safe.
/// </summary>
/// <param name="devicesMax">How many devices may have a push under way.</param>
public sealed class OutstandingPushes<TPush>(int devicesMax)
    where TPush : class
{
    /// <summary>How long a push may be under way.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan ReleasePause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<EnrollmentId, UnderWay> _pushes = [];
    private DateTimeOffset _releaseNext;

    /// <summary>Devices with a push under way.</summary>
    public int Count => _pushes.Count;

    /// <summary>Asks for a push.</summary>
    public PushTurn Request(EnrollmentId device, TPush push, DateTimeOffset now)
    {
        if (_pushes.TryGetValue(device, out var underWay) && !underWay.IsLost(now))
        {
            _pushes[device] = underWay with { Next = push };
            return PushTurn.Coalesced;
        }

        if (_pushes.Count >= devicesMax)
            ReleaseLost(now);
        if (_pushes.Count >= devicesMax && !_pushes.ContainsKey(device))
            return PushTurn.Full;
        _pushes[device] = new UnderWay(now, Next: null);
        return PushTurn.SendNow;
    }

    /// <summary>Whether fewer devices than this have a push under way.</summary>
    public bool HasRoom(int devices, DateTimeOffset now)
    {
        if (_pushes.Count >= devices)
            ReleaseLost(now);
        return _pushes.Count < devices;
    }

    /// <summary>
    /// The push under way ended, in whatever way. True = it was asked for again: send what was asked for last, the device's stays under way. False also for one
    /// that counts as ended already.
    /// </summary>
    public bool Done(EnrollmentId device, DateTimeOffset now, [NotNullWhen(true)] out TPush? next)
    {
        next = _pushes.Remove(device, out var ended) ? ended.Next : null;
        if (next is not null)
            _pushes.Add(device, new UnderWay(now, Next: null));
        return next is not null;
    }

    /// <summary>Looks through all, so not at each request.</summary>
    private void ReleaseLost(DateTimeOffset now)
    {
        if (now < _releaseNext)
            return;
        _releaseNext = now + ReleasePause;
        foreach (var (device, _) in _pushes.Where(push => push.Value.IsLost(now)).ToList())
            _pushes.Remove(device);
    }

    private readonly record struct UnderWay(DateTimeOffset Since, TPush? Next)
    {
        public bool IsLost(DateTimeOffset now) => now - Since > AgeMax;
    }
}
