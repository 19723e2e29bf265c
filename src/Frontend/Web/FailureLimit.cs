namespace Mdm.Fleet.Frontend.Web;

/// <summary>
/// Counts failures of a key (an address, a device) in windows of a minute; who succeeds is never counted. At most so many keys are
/// remembered; beyond it the window starts anew. Safe for many threads.
/// </summary>
public sealed class FailureLimit<TKey>(TimeProvider time, int failuresMax, int keysMax = 65_536)
    where TKey : notnull
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, int> _failures = [];
    private DateTimeOffset _since;

    /// <summary>Whether the key has used up its failures, and how long that holds: for checks that guessing must not reach.</summary>
    public bool Refuses(TKey key, out TimeSpan retryAfter)
    {
        lock (_lock)
        {
            retryAfter = Turn();
            return _failures.GetValueOrDefault(key) >= failuresMax;
        }
    }

    /// <summary>Counts one. True = it is beyond the limit: the answer is "too many", whatever was wrong.</summary>
    public bool Failed(TKey key)
    {
        lock (_lock)
        {
            Turn();
            if (_failures.Count >= keysMax && !_failures.ContainsKey(key))
                _failures.Clear();
            var before = _failures.GetValueOrDefault(key);
            _failures[key] = Math.Min(before, failuresMax) + 1;
            return before >= failuresMax;
        }
    }

    /// <summary>Answers how long the window still lasts.</summary>
    private TimeSpan Turn()
    {
        var now = time.GetUtcNow();
        if (now - _since >= Window || now < _since)
        {
            _failures.Clear();
            _since = now;
        }

        return _since + Window - now;
    }
}
