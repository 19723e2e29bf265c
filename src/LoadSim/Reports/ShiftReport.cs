using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mdm.Fleet.LoadSim.Reports;

/// <summary>What came of a shift, as the simulated devices themselves saw it. Field order is part of the format.</summary>
public sealed record ShiftReport(
    int Devices,
    int SignIns,
    int SignOuts,
    int Residue,
    int Lost,
    ShiftReport.Latency SignInToReadyMs,
    int Enrolled,
    int Unenrolled,
    int Pushes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ShiftReport.ChaosReport? Chaos,
    IReadOnlyList<string> Failures)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>Every device enrolled and stayed so, changed hands <paramref name="turns"/> times, left nothing behind and nothing was lost.</summary>
    public bool Holds(int turns) =>
        Enrolled == Devices && SignIns == Devices * turns && SignOuts == Devices * turns
        && Residue == 0 && Lost == 0 && Unenrolled == 0 && Failures.Count == 0;

    /// <summary>The last line of a shift: one JSON object of six members, no more.</summary>
    public string ToLine() => JsonSerializer.Serialize(new { Devices, SignIns, SignOuts, Residue, Lost, SignInToReadyMs }, Format);

    /// <summary>All members as one JSON object, for a file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>The members that the last line leaves out, for a person who watches.</summary>
    public string ToWords() =>
        $"enrolled {Enrolled} of {Devices}, unenrolled {Unenrolled}, pushes {Pushes}, failures {Failures.Count}" + (Chaos is null ? "" : $"; {Chaos.ToWords()}");

    /// <summary>Milliseconds.</summary>
    public sealed record Latency(double P50, double P99)
    {
        /// <summary>The median and the 99th percentile of the samples, rounded to a tenth.</summary>
        public static Latency Of(IReadOnlyCollection<double> samples) =>
            new(Math.Round(Percentiles.Of(samples, 50), 1), Math.Round(Percentiles.Of(samples, 99), 1));
    }

    /// <summary>What was done to the server and the devices on purpose.</summary>
    public sealed record ChaosReport(int Kills, IReadOnlyDictionary<string, int> KillsByPhase, int Locks, int Outages, int Refusals)
    {
        internal string ToWords() =>
            $"kills {Kills} ({string.Join(", ", KillsByPhase.Select(phase => $"{phase.Key} {phase.Value}"))}), locks {Locks}, outages {Outages}, refusals {Refusals}";
    }
}
