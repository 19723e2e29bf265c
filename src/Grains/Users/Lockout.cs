using System.Collections.Immutable;
using Mdm.Fleet.Domain.Enrollment;

namespace Mdm.Fleet.Grains.Users;

/// <summary>Wrong passwords in a row for one name at one device, and until when it is locked there.</summary>
public sealed record WrongTries(EnrollmentId Device, int Count, DateTimeOffset? LockedUntil);

/// <summary>
/// The rule that slows guessing: a name is locked at the device where it was guessed and nowhere else, so that nobody can lock a person
/// out of other devices. Counts the last few devices (docs/decisions/0012-sign-in-address.md).
/// </summary>
public static class Lockout
{
    /// <summary>Devices counted a name; the one tried longest ago is forgotten first.</summary>
    public const int DevicesMax = 8;

    /// <summary>Wrong passwords in a row until the first lock; then each locks for longer, up to a quarter of an hour.</summary>
    public const int FreeTries = 5;

    private const int LockSecondsMin = 30;
    private const int LockSecondsMax = 900;

    /// <summary>Until when a name is locked at a device; null = it is not.</summary>
    public static DateTimeOffset? Until(ImmutableArray<WrongTries> tries, EnrollmentId device, DateTimeOffset now) =>
        Of(tries, device) is { LockedUntil: { } until } && until > now ? until : null;

    /// <summary>After one more wrong password.</summary>
    public static ImmutableArray<WrongTries> Wrong(ImmutableArray<WrongTries> tries, EnrollmentId device, DateTimeOffset now)
    {
        var count = (Of(tries, device)?.Count ?? 0) + 1;
        var seconds = Math.Min(LockSecondsMax, LockSecondsMin << Math.Clamp(count - FreeTries, 0, 10));
        var next = new WrongTries(device, count, count < FreeTries ? null : now + TimeSpan.FromSeconds(seconds));
        var others = Right(tries, device);
        return (others.Length < DevicesMax ? others : others.RemoveAt(0)).Add(next);
    }

    /// <summary>After the right password; the same array where nothing was counted.</summary>
    public static ImmutableArray<WrongTries> Right(ImmutableArray<WrongTries> tries, EnrollmentId device) =>
        Of(tries, device) is { } known ? tries.Remove(known) : tries;

    private static WrongTries? Of(ImmutableArray<WrongTries> tries, EnrollmentId device) => tries.FirstOrDefault(known => known.Device == device);
}
