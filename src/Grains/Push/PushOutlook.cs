namespace Mdm.Fleet.Grains.Push;

/// <summary>
/// How long a bulk push that is asked for now will wait, as the push grain last said: a device's next push mark lies behind it, so that a
/// fleet that waits for its pushes is not asked about every few seconds. One a silo; safe for many threads.
/// </summary>
public sealed class PushOutlook
{
    /// <summary>
    /// No mark lies further off than this for the governor's sake: if the process dies, what waited in its memory comes back by the marks.
    /// While bulk pushes are paused, it is as far off.
    /// </summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(15);

    /// <summary>A pause does not run out by itself.</summary>
    private const long Never = long.MaxValue;

    private long _goneAtTicks;

    /// <summary>All that waits will have gone in this time; null = it is paused.</summary>
    public void Note(TimeSpan? wait, DateTimeOffset now) =>
        Volatile.Write(ref _goneAtTicks, wait is { } known ? now.UtcTicks + known.Ticks : Never);

    /// <summary>The wait of a device's push, and up to half as much more, by its name: marks that were set together must not come together.</summary>
    public TimeSpan WaitOf(string device, DateTimeOffset now)
    {
        var wait = Math.Clamp(Volatile.Read(ref _goneAtTicks) - now.UtcTicks, 0, WaitMax.Ticks);
        return TimeSpan.FromTicks(wait + (wait / 512 * Share(device)));
    }

    /// <summary>0 to 255, evenly over names (FNV-1a); the same in every process.</summary>
    private static int Share(string device)
    {
        var hash = 2_166_136_261u;
        foreach (var character in device)
            hash = (hash ^ character) * 16_777_619u;
        return (int)(hash >> 24);
    }
}
