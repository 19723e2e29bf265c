namespace Mdm.Fleet.LoadSim.Network;

/// <summary>Waiting times between attempts: doubling from a quarter of a second up to a bound, each with up to a fifth of jitter.</summary>
public sealed class Backoff(Random chance, TimeSpan? longest = null)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private readonly TimeSpan _longest = longest ?? TimeSpan.FromSeconds(8);
    private int _attempts;

    /// <summary>How long to wait before the next attempt.</summary>
    public TimeSpan Next()
    {
        var doubled = First * Math.Pow(2, Math.Min(_attempts++, 16));
        var bounded = doubled < _longest ? doubled : _longest;
        return bounded * (1 + chance.NextDouble() / 5);
    }
}
