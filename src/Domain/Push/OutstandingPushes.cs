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
/// not dropped. Belongs to one owner at a time: not thread-safe.
/// </summary>
/// <param name="devicesMax">How many devices may have a push under way.</param>
public sealed class OutstandingPushes(int devicesMax)
{
    private readonly Dictionary<EnrollmentId, bool> _askedAgain = [];

    /// <summary>Devices with a push under way.</summary>
    public int Count => _askedAgain.Count;

    /// <summary>Asks for a push.</summary>
    public PushTurn Request(EnrollmentId device)
    {
        if (_askedAgain.ContainsKey(device))
        {
            _askedAgain[device] = true;
            return PushTurn.Coalesced;
        }
        return _askedAgain.Count < devicesMax && _askedAgain.TryAdd(device, false) ? PushTurn.SendNow : PushTurn.Full;
    }

    /// <summary>The push under way ended, in whatever way. True = it was asked for again: send once more, it stays under way.</summary>
    /// <exception cref="InvalidOperationException">No push was under way: a broken invariant of the caller.</exception>
    public bool Done(EnrollmentId device)
    {
        if (!_askedAgain.Remove(device, out var again))
            throw new InvalidOperationException($"No push to {device} was under way.");
        if (again)
            _askedAgain.Add(device, false);
        return again;
    }
}
