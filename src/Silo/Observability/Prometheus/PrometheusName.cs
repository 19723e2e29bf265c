using System.Text;

namespace Mdm.Fleet.Silo.Observability.Prometheus;

/// <summary>
/// Names of OpenTelemetry in Prometheus' form: underscores for dots, the unit as a suffix, counters end with <c>_total</c>
/// (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/).
/// </summary>
internal static class PrometheusName
{
    /// <summary>A metric family's name without <c>_total</c>, and its unit; an empty unit = none.</summary>
    public static (string Family, string Unit) Of(string name, string unit)
    {
        var (clean, word) = (Clean(name), UnitOf(unit));
        clean = Without(clean, "_total");
        return word.Length == 0 || clean.EndsWith("_" + word, StringComparison.Ordinal) ? (clean, word) : ($"{clean}_{word}", word);
    }

    /// <summary>A label's name.</summary>
    public static string Label(string key) => Clean(key);

    private static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length + 1);
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            clean.Append('_');
        foreach (var c in name)
        {
            var next = char.IsAsciiLetterOrDigit(c) ? c : '_';
            if (next != '_' || clean.Length == 0 || clean[^1] != '_')
                clean.Append(next);
        }

        return clean.ToString();
    }

    /// <summary>Units of UCUM that this server's instruments have; annotations in braces count nothing but themselves.</summary>
    private static string UnitOf(string unit) => unit switch
    {
        "" or ['{', ..] => "",
        "s" => "seconds",
        "ms" => "milliseconds",
        "d" => "days",
        "By" => "bytes",
        "1" => "ratio",
        _ => Clean(unit),
    };

    private static string Without(string name, string end) => name.EndsWith(end, StringComparison.Ordinal) ? name[..^end.Length] : name;
}
