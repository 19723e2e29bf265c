using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Mdm.Fleet.Silo.Observability.Prometheus;

/// <summary>Writes metrics as text. A family is told once: of two metrics of one name and different types the first is.</summary>
internal sealed class PrometheusText(PrometheusFormat format)
{
    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _families = new(StringComparer.Ordinal);

    private bool IsOpenMetrics => format == PrometheusFormat.OpenMetrics;

    public PrometheusText Add(Resource resource)
    {
        Begin("target_info", IsOpenMetrics ? "target" : "target_info", IsOpenMetrics ? "info" : "gauge", "", "What is measured");
        _text.Append("target_info");
        Labels(resource.Attributes.Select(static pair => new KeyValuePair<string, object?>(pair.Key, pair.Value)), null);
        _text.Append(" 1\n");
        return this;
    }

    public PrometheusText Add(in Batch<Metric> metrics)
    {
        var families = new Dictionary<string, List<Metric>>(StringComparer.Ordinal);
        foreach (var metric in metrics)
        {
            var name = PrometheusName.Of(metric.Name, metric.Unit).Family;
            if (!families.TryGetValue(name, out var same))
                families[name] = same = [];
            if (same.Count == 0 || same[0].MetricType == metric.MetricType)
                same.Add(metric);
        }

        foreach (var (name, same) in families)
            Add(name, same);
        return this;
    }

    public string End() => (IsOpenMetrics ? _text.Append("# EOF\n") : _text).ToString();

    private void Add(string family, List<Metric> metrics)
    {
        var (type, first) = (metrics[0].MetricType, metrics[0]);
        var sample = type is MetricType.LongSum or MetricType.DoubleSum ? family + "_total" : family;
        Begin(sample, IsOpenMetrics ? family : sample, TypeOf(type), PrometheusName.Of(first.Name, first.Unit).Unit, first.Description);
        foreach (var metric in metrics)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
                Point(sample, type, point);
        }
    }

    private void Begin(string sample, string family, string type, string unit, string help)
    {
        if (!_families.Add(sample))
            throw new InvalidOperationException($"{sample} is told twice.");
        if (help.Length > 0)
            _text.Append("# HELP ").Append(family).Append(' ').Append(Escaped(help, quotes: IsOpenMetrics)).Append('\n');
        _text.Append("# TYPE ").Append(family).Append(' ').Append(type).Append('\n');
        if (IsOpenMetrics && unit.Length > 0)
            _text.Append("# UNIT ").Append(family).Append(' ').Append(unit).Append('\n');
    }

    private void Point(string name, MetricType type, in MetricPoint point)
    {
        switch (type)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                Sample(name, point.Tags, point.GetSumLong());
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                Sample(name, point.Tags, point.GetSumDouble());
                break;
            case MetricType.LongGauge:
                Sample(name, point.Tags, point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                Sample(name, point.Tags, point.GetGaugeLastValueDouble());
                break;
            case MetricType.Histogram:
                Histogram(name, point);
                break;
            default:
                throw new InvalidOperationException($"{name}: {type} has no text form here.");
        }
    }

    /// <summary>Buckets are cumulative, and the last one is the count.</summary>
    private void Histogram(string name, in MetricPoint point)
    {
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            Sample(name + "_bucket", point.Tags, below, Number(bucket.ExplicitBound));
        }

        Sample(name + "_sum", point.Tags, point.GetHistogramSum());
        Sample(name + "_count", point.Tags, below);
    }

    private void Sample(string name, ReadOnlyTagCollection tags, double value, string? le = null)
    {
        _text.Append(name);
        Labels(Pairs(tags), le);
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    private void Labels(IEnumerable<KeyValuePair<string, object?>> tags, string? le)
    {
        // Two keys that look alike in this form are one label, its values side by side.
        var labels = tags.GroupBy(tag => PrometheusName.Label(tag.Key), tag => Value(tag.Value), StringComparer.Ordinal)
            .Select(label => (label.Key, Value: string.Join(';', label)));
        var separator = '{';
        foreach (var (key, value) in le is null ? labels : labels.Append(("le", le)))
        {
            _text.Append(separator).Append(key).Append("=\"").Append(Escaped(value, quotes: true)).Append('"');
            separator = ',';
        }

        if (separator == ',')
            _text.Append('}');
    }

    private static List<KeyValuePair<string, object?>> Pairs(ReadOnlyTagCollection tags)
    {
        var pairs = new List<KeyValuePair<string, object?>>(tags.Count);
        foreach (var tag in tags)
            pairs.Add(tag);
        return pairs;
    }

    private static string TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };

    private static string Value(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Escaped(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
