namespace Mdm.Fleet.Domain.Push;

/// <summary>
/// How far bulk pushes are spread by chance. One that comes alone is not held back at all; the more are asked for at once, the wider
/// they are spread, up to the jitter, so that a fleet does not answer in one instant.
/// </summary>
internal sealed class Crowd(Random random)
{
    /// <summary>A hundred devices a second may answer as they come.</summary>
    private static readonly TimeSpan Each = TimeSpan.FromMilliseconds(10);

    private DateTimeOffset _until;

    /// <summary>When one that is asked for now may go.</summary>
    public DateTimeOffset Place(int jitterSeconds, DateTimeOffset now)
    {
        var spread = Spread(0, jitterSeconds, now);
        _until = Min((_until > now ? _until : now) + Each, now + TimeSpan.FromSeconds(GovernorSettings.JitterSecondsMax));
        return now + TimeSpan.FromTicks(random.NextInt64(spread.Ticks + 1));
    }

    /// <summary>The longest that one is held back when <paramref name="more"/> were asked for before it, at once.</summary>
    public TimeSpan Spread(int more, int jitterSeconds, DateTimeOffset now) =>
        Min((_until > now ? _until : now) + (Each * more), now + TimeSpan.FromSeconds(jitterSeconds)) - now;

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
