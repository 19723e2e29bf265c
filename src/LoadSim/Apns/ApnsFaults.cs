namespace Mdm.Fleet.LoadSim.Apns;

/// <summary>What goes wrong on purpose. Rates are shares of the valid requests, 0 to 1; the every-n switches count all requests, 0 = never.</summary>
/// <param name="TooManyRequestsRate">Answered 429 TooManyRequests.</param>
/// <param name="UnavailableRate">Answered 503 ServiceUnavailable.</param>
/// <param name="DropRate">Answered 200 and never delivered.</param>
/// <param name="GoAwayEvery">The connection of each n-th request is closed in good order (GOAWAY) after its open requests.</param>
/// <param name="AbortEvery">The connection of each n-th request breaks at once.</param>
public sealed record ApnsFaults(
    double TooManyRequestsRate = 0,
    double UnavailableRate = 0,
    double DropRate = 0,
    int GoAwayEvery = 0,
    int AbortEvery = 0)
{
    /// <summary>Nothing goes wrong.</summary>
    public static readonly ApnsFaults None = new();
}

internal enum ApnsFault
{
    None,
    TooManyRequests,
    Unavailable,
    Drop,
}

/// <summary>Draws the faults by seed: the same seed and order of requests gives the same faults.</summary>
internal sealed class ApnsFaultDice(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    public ApnsFault Draw(ApnsFaults faults)
    {
        double drawn;
        lock (_gate)
            drawn = _random.NextDouble();
        if (drawn < faults.TooManyRequestsRate)
            return ApnsFault.TooManyRequests;
        if (drawn < faults.TooManyRequestsRate + faults.UnavailableRate)
            return ApnsFault.Unavailable;
        return drawn < faults.TooManyRequestsRate + faults.UnavailableRate + faults.DropRate ? ApnsFault.Drop : ApnsFault.None;
    }
}
