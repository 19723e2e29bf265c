using System.Globalization;
using System.Text.Json;
using Mdm.Fleet.LoadSim.Reports;

namespace Mdm.Fleet.Bench.Clusters;

/// <summary>Something done to a running cluster, and how devices' requests went after it.</summary>
internal sealed record Disturbance(string What, DateTimeOffset At)
{
    private const int QuietSeconds = 3;

    /// <summary>The seconds of a timeline file.</summary>
    public static IReadOnlyList<RequestTimeline.Second> Read(string file) =>
    [
        .. File.ReadLines(file).Select(line => JsonSerializer.Deserialize<RequestTimeline.Second>(line, JsonSerializerOptions.Web)!),
    ];

    /// <summary>
    /// The time until the 99th percentile is back: from then on three seconds in a row are no slower than twice what was usual (the median of
    /// the seconds' p99 in the half minute before) and nothing failed.
    /// </summary>
    public string Tell(IReadOnlyList<RequestTimeline.Second> seconds)
    {
        var before = seconds.Where(second => second.At < At && second.At >= At.AddSeconds(-30)).ToList();
        var after = seconds.Where(second => second.At >= At.AddSeconds(-1)).ToList();
        var usual = Percentiles.Of([.. before.Select(second => second.P99Ms)], 50);
        var back = Enumerable.Range(0, Math.Max(0, after.Count - QuietSeconds + 1)).FirstOrDefault(
            at => after.Skip(at).Take(QuietSeconds).All(second => second.Failed == 0 && second.P99Ms <= usual * 2), -1);
        var until = back < 0 ? after.Count : back;
        var disturbed = after.Take(until).ToList();
        var time = back < 0 ? "not before the end" : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (after[back].At - At).TotalSeconds):F0} s");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{What}: p99 usually {usual:F0} ms, back after {time}; meanwhile {disturbed.Sum(second => second.Failed)} failed requests (sent again), worst p99 {disturbed.Select(second => second.P99Ms).DefaultIfEmpty(0).Max():F0} ms");
    }
}
