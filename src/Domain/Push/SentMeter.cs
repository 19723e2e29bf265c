namespace Mdm.Fleet.Domain.Push;

/// <summary>Counts what happened within the last minute, to the second.</summary>
public sealed class SentMeter
{
    private const int Seconds = 60;

    private readonly int[] _counts = new int[Seconds];
    private long _second;

    public void Count(DateTimeOffset now)
    {
        Turn(now);
        _counts[_second % Seconds]++;
    }

    public int LastMinute(DateTimeOffset now)
    {
        Turn(now);
        return _counts.Sum();
    }

    /// <summary>A clock that was put back counts into the newest second.</summary>
    private void Turn(DateTimeOffset now)
    {
        var second = now.UtcTicks / TimeSpan.TicksPerSecond;
        for (var passed = Math.Min(second - _second, Seconds); passed > 0; passed--)
            _counts[(second - passed + 1) % Seconds] = 0;
        _second = Math.Max(_second, second);
    }
}
