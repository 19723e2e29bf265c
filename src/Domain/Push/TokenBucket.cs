namespace Mdm.Fleet.Domain.Push;

/// <summary>
/// Rate and burst, kept as one moment: when the bucket will be full again (the virtual-scheduling form of ITU-T I.371's generic cell rate
/// algorithm). In any span of time at most burst + rate × span are taken. Whole ticks, so that nothing is gained by rounding.
/// </summary>
internal sealed class TokenBucket(int perSecond, int burst)
{
    private readonly long _interval = (TimeSpan.TicksPerSecond + perSecond - 1) / perSecond;
    private long _fullAt;

    /// <summary>How long until <paramref name="count"/> more can have been taken, each leaving at least <paramref name="leave"/> behind.</summary>
    public TimeSpan WaitFor(long count, int leave, DateTimeOffset now) =>
        TimeSpan.FromTicks(Math.Max(0, FullAt(now) - now.UtcTicks + ((count + leave - burst) * _interval)));

    /// <summary>Takes one: only when <see cref="WaitFor"/> says that it need not wait.</summary>
    public void Take(DateTimeOffset now) => _fullAt = FullAt(now) + _interval;

    /// <summary>Never further away than an empty bucket is, in case the clock was put back.</summary>
    private long FullAt(DateTimeOffset now) => Math.Clamp(_fullAt, now.UtcTicks, now.UtcTicks + (burst * _interval));

    /// <summary>What was taken before counts under other settings too.</summary>
    public TokenBucket With(int nextPerSecond, int nextBurst) => new(nextPerSecond, nextBurst) { _fullAt = _fullAt };
}
