using Mdm.Fleet.Domain.Enrollment;

namespace Mdm.Fleet.Domain.Push;

/// <summary>What a request for a push leads to.</summary>
public enum PushTurn
{
    /// <summary>Nothing is under way for the device: send, then call <see cref="OutstandingPushes.Done"/>.</summary>
    SendNow,

    /// <summary>One push is under way; exactly one more follows it, however often it is asked for.</summary>
    Coalesced,

    /// <summary>As many devices as allowed have a push under way: leave the due mark for later.</summary>
    Full,
}

/// <summary>
/// At most one push under way a device. A request meanwhile may concern a command younger than that push, so it is remembered once,
/// not dropped. One whose end is not told in time counts as ended, so that no device waits for ever. Belongs to one owner at a time: not
/// thread-safe.
/// </summary>
/// <param name="devicesMax">How many devices may have a push under way.</param>
public sealed class OutstandingPushes(int devicesMax)
{
    /// <summary>How long a push may be under way.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan ReleasePause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<EnrollmentId, UnderWay> _pushes = [];
    private DateTimeOffset _releaseNext;

    /// <summary>Devices with a push under way.</summary>
    public int Count => _pushes.Count;

    /// <summary>Asks for a push.</summary>
    public PushTurn Request(EnrollmentId device, DateTimeOffset now)
    {
        if (_pushes.TryGetValue(device, out var push) && !push.IsLost(now))
        {
            _pushes[device] = push with { AskedAgain = true };
            return PushTurn.Coalesced;
        }

        if (_pushes.Count >= devicesMax)
            ReleaseLost(now);
        if (_pushes.Count >= devicesMax && !_pushes.ContainsKey(device))
            return PushTurn.Full;
        _pushes[device] = new UnderWay(now, AskedAgain: false);
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
    /// The push under way ended, in whatever way. True = it was asked for again: send once more, it stays under way. False also for one
    /// that counts as ended already.
    /// </summary>
    public bool Done(EnrollmentId device, DateTimeOffset now)
    {
        if (!_pushes.Remove(device, out var push) || !push.AskedAgain)
            return false;
        _pushes.Add(device, new UnderWay(now, AskedAgain: false));
        return true;
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

    private readonly record struct UnderWay(DateTimeOffset Since, bool AskedAgain)
    {
        public bool IsLost(DateTimeOffset now) => now - Since > AgeMax;
    }
}
