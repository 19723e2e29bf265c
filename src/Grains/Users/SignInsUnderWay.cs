using Mdm.Fleet.Domain.Enrollment;

namespace Mdm.Fleet.Grains.Users;

/// <summary>
/// Sign-ins whose password was verified and whose device may not have changed owner yet. Each counts until it is told to be over, or
/// for a minute where that word is lost. In memory: what was under way dies with its process.
/// </summary>
internal sealed class SignInsUnderWay
{
    private static readonly TimeSpan LongestSignIn = TimeSpan.FromMinutes(1);

    private readonly List<(EnrollmentId Device, DateTimeOffset Until)> _all = [];

    public void Begin(EnrollmentId device, DateTimeOffset now)
    {
        _all.RemoveAll(signIn => signIn.Until <= now);
        _all.Add((device, now + LongestSignIn));
    }

    /// <summary>One of the device's is over.</summary>
    public void End(EnrollmentId device, DateTimeOffset now)
    {
        _all.RemoveAll(signIn => signIn.Until <= now);
        if (_all.FindIndex(signIn => signIn.Device == device) is >= 0 and var oldest)
            _all.RemoveAt(oldest);
    }

    /// <summary>Until when one may still reach the device; null = none is under way.</summary>
    public DateTimeOffset? Until(EnrollmentId device, DateTimeOffset now)
    {
        var latest = _all.FindLast(signIn => signIn.Device == device).Until;
        return latest > now ? latest : null;
    }
}
