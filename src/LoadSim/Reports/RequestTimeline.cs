using System.Collections.Concurrent;
using System.Text.Json;

namespace Mdm.Fleet.LoadSim.Reports;

/// <summary>
/// How devices' requests went, second by second since the first one: where something happens to the servers, it shows when all is as before.
/// </summary>
public sealed class RequestTimeline(TimeProvider time)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);
    private readonly ConcurrentQueue<(DateTimeOffset EndedAt, double Ms, bool Succeeded)> _requests = new();

    /// <summary>A request has just ended; one without success is sent again.</summary>
    public void Note(TimeSpan took, bool succeeded) => _requests.Enqueue((time.GetUtcNow(), took.TotalMilliseconds, succeeded));

    /// <summary>One entry for each second in which a request ended.</summary>
    public IReadOnlyList<Second> Seconds() =>
    [
        .. _requests
            .GroupBy(request => request.EndedAt.ToUnixTimeSeconds())
            .OrderBy(second => second.Key)
            .Select(second => new Second(
                DateTimeOffset.FromUnixTimeSeconds(second.Key),
                second.Count(request => request.Succeeded),
                second.Count(request => !request.Succeeded),
                Math.Round(Percentiles.Of([.. second.Select(request => request.Ms)], 50), 1),
                Math.Round(Percentiles.Of([.. second.Select(request => request.Ms)], 99), 1))),
    ];

    /// <summary>A line of JSON for each second.</summary>
    public string ToJsonLines() => string.Concat(Seconds().Select(second => JsonSerializer.Serialize(second, Format) + "\n"));

    /// <summary>The requests that ended within one second.</summary>
    /// <param name="At">The second's start.</param>
    /// <param name="Failed">No answer, or one that the device answers by sending again.</param>
    /// <param name="P50Ms">Of all of them, the failed ones too.</param>
    public sealed record Second(DateTimeOffset At, int Succeeded, int Failed, double P50Ms, double P99Ms);
}
