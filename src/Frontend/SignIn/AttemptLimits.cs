namespace Mdm.Fleet.Frontend.SignIn;

/// <summary>
/// Counts failed sign-ins per device and per address in one-minute windows. Only failures count: a ward of a hundred iPads behind
/// one address signs in freely. Bounded: when too many keys are known, the window of all starts anew.
/// </summary>
public sealed class AttemptLimits(TimeProvider time)
{
    private const int KeysMax = 50_000;
    private const int PerDevice = 10;
    private const int PerAddress = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _failures = [];
    private DateTimeOffset _windowEnds;

    /// <summary>Whether another try is heard now; if not, when.</summary>
    public bool MayTry(string device, string address, out TimeSpan retryAfter)
    {
        lock (_gate)
        {
            var now = Roll();
            retryAfter = _windowEnds - now;
            return _failures.GetValueOrDefault(device) < PerDevice && _failures.GetValueOrDefault(address) < PerAddress;
        }
    }

    public void Failed(string device, string address)
    {
        lock (_gate)
        {
            Roll();
            _failures[device] = _failures.GetValueOrDefault(device) + 1;
            _failures[address] = _failures.GetValueOrDefault(address) + 1;
        }
    }

    private DateTimeOffset Roll()
    {
        var now = time.GetUtcNow();
        if (now >= _windowEnds || _failures.Count > KeysMax)
        {
            _failures.Clear();
            _windowEnds = now + TimeSpan.FromMinutes(1);
        }

        return now;
    }
}
