using System.Net;

namespace Mdm.Fleet.Frontend.Web;

/// <summary>
/// Counts failures by client address in windows of a minute: who guesses is refused for the rest of the window, who succeeds is never
/// counted. At most so many addresses are remembered; beyond it the window starts anew.
/// </summary>
public sealed class FailureLimit(TimeProvider time, int failuresMax = 60, int addressesMax = 65_536)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _failures = [];
    private DateTimeOffset _since;

    public bool Refuses(IPAddress address)
    {
        lock (_lock)
        {
            Turn();
            return _failures.GetValueOrDefault(address) >= failuresMax;
        }
    }

    public void Failed(IPAddress address)
    {
        lock (_lock)
        {
            Turn();
            if (_failures.Count >= addressesMax && !_failures.ContainsKey(address))
                _failures.Clear();
            _failures[address] = _failures.GetValueOrDefault(address) + 1;
        }
    }

    private void Turn()
    {
        var now = time.GetUtcNow();
        if (now - _since < Window)
            return;
        _failures.Clear();
        _since = now;
    }
}
