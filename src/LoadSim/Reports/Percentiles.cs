namespace Mdm.Fleet.LoadSim.Reports;

/// <summary>Percentiles by nearest rank: the smallest sample that at least p percent of all samples do not exceed.</summary>
public static class Percentiles
{
    /// <summary>The percentile <paramref name="percent"/> (above 0, at most 100) of the samples; zero when there are none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The percentage is not within (0, 100].</exception>
    public static double Of(IReadOnlyCollection<double> samples, double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        if (samples.Count == 0)
            return 0;
        var sorted = samples.Order().ToArray();
        var rank = (int)Math.Ceiling(percent / 100 * sorted.Length);
        return sorted[Math.Clamp(rank, 1, sorted.Length) - 1];
    }
}
