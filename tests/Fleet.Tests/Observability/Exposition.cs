using System.Globalization;
using System.Text.RegularExpressions;

namespace Mdm.Fleet.Fleet.Tests.Observability;

/// <summary>A metric family as scraped.</summary>
internal sealed record Family(string Name, string Type, string Help, string Unit)
{
    public List<Sample> Samples { get; } = [];
}

/// <summary>One line of it.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>The labels in a fixed order, with or without a histogram's bound.</summary>
    public string Series(bool withBound = true) =>
        string.Join(',', Labels.Where(label => withBound || label.Key != "le").OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}

/// <summary>Reads the Prometheus text format 0.0.4 and OpenMetrics 1.0.0 as strictly as they are written down, and fails the test where a text breaks them.</summary>
internal sealed partial class Exposition
{
    private readonly bool _isOpenMetrics;
    private readonly Dictionary<string, Family> _families = new(StringComparer.Ordinal);

    private Exposition(bool isOpenMetrics) => _isOpenMetrics = isOpenMetrics;

    public IReadOnlyDictionary<string, Family> Families => _families;

    public static Exposition Parse(string text, bool isOpenMetrics)
    {
        Assert.EndsWith(isOpenMetrics ? "\n# EOF\n" : "\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var exposition = new Exposition(isOpenMetrics);
        var lines = text[..^1].Split('\n');
        exposition.Read(isOpenMetrics ? lines[..^1] : lines);
        foreach (var family in exposition._families.Values)
            exposition.Check(family);
        return exposition;
    }

    /// <summary>The value of the only series of a name that has these labels.</summary>
    public double Value(string sample, params (string Label, string Value)[] labels)
    {
        var series = Series(sample, labels).ToList();
        Assert.True(series.Count == 1, $"{series.Count} series of {sample}: {string.Join(" | ", Series(sample).Select(one => one.Series()))}");
        return series[0].Value;
    }

    public IEnumerable<Sample> Series(string sample, params (string Label, string Value)[] labels) => _families.Values
        .SelectMany(family => family.Samples)
        .Where(line => line.Name == sample && labels.All(label => line.Labels.GetValueOrDefault(label.Label) == label.Value));

    private void Read(string[] lines)
    {
        var (help, unit, helpOf) = ("", "", "");
        Family? current = null;
        foreach (var line in lines)
        {
            Assert.NotEmpty(line);
            if (Meta().Match(line) is { Success: true } meta)
            {
                var (word, name, rest) = (meta.Groups[1].Value, meta.Groups[2].Value, meta.Groups[3].Value);
                if (word == "TYPE")
                {
                    Assert.True(helpOf == "" || helpOf == name, line);
                    current = new Family(name, rest, help, unit);
                    Assert.True(_families.TryAdd(name, current), $"Twice: {line}");
                    (help, helpOf) = ("", "");
                }
                else if (word == "HELP")
                {
                    (help, helpOf) = (rest, name);
                }
                else
                {
                    Assert.True(_isOpenMetrics && current?.Name == name, line);
                    Assert.EndsWith("_" + rest, name, StringComparison.Ordinal);
                    current = current! with { Unit = rest };
                    _families[name] = current;
                }
            }
            else
            {
                Assert.NotNull(current);
                current.Samples.Add(Line(line));
            }
        }
    }

    private static Sample Line(string line)
    {
        var match = SampleLine().Match(line);
        Assert.True(match.Success, $"No sample: {line}");
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (match.Groups[2].Success)
        {
            var rest = match.Groups[2].Value;
            Assert.True(AllLabels().IsMatch(rest), $"No labels: {line}");
            foreach (Match label in Label().Matches(rest))
                Assert.True(labels.TryAdd(label.Groups[1].Value, Unescape(label.Groups[2].Value)), $"Twice: {line}");
        }

        return new Sample(match.Groups[1].Value, labels, Number(match.Groups[3].Value));
    }

    private void Check(Family family)
    {
        Assert.NotEmpty(family.Samples);
        Assert.Equal(family.Samples.Count, family.Samples.Select(sample => sample.Name + sample.Series()).Distinct().Count());
        string[] suffixes = family.Type switch
        {
            "counter" => [_isOpenMetrics ? "_total" : ""],
            "gauge" => [""],
            "info" when _isOpenMetrics => ["_info"],
            "histogram" => ["_bucket", "_sum", "_count"],
            _ => throw new InvalidDataException($"{family.Name} has the type {family.Type}."),
        };
        Assert.All(family.Samples, sample => Assert.Contains(sample.Name, suffixes.Select(suffix => family.Name + suffix)));
        if (family.Type == "counter")
        {
            Assert.All(family.Samples, sample => Assert.EndsWith("_total", sample.Name, StringComparison.Ordinal));
            Assert.All(family.Samples, sample => Assert.True(sample.Value >= 0));
        }

        if (family.Type == "histogram")
            CheckHistogram(family);
    }

    private static void CheckHistogram(Family family)
    {
        foreach (var series in family.Samples.GroupBy(sample => sample.Series(withBound: false)))
        {
            var buckets = series.Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal)).Select(sample => (Bound: Number(sample.Labels["le"]), sample.Value)).ToList();
            Assert.Equal(buckets.OrderBy(bucket => bucket.Bound), buckets);
            Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
            Assert.Equal(double.PositiveInfinity, buckets[^1].Bound);
            Assert.Equal(buckets[^1].Value, Assert.Single(series, sample => sample.Name == family.Name + "_count").Value);
            Assert.Single(series, sample => sample.Name == family.Name + "_sum");
        }
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static string Unescape(string text) => Escape().Replace(text, match => match.Value switch
    {
        "\\n" => "\n",
        "\\\"" => "\"",
        "\\\\" => "\\",
        _ => throw new InvalidDataException($"{match.Value} escapes nothing."),
    });

    [GeneratedRegex(@"^# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$")]
    private static partial Regex Meta();

    [GeneratedRegex(@"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.+)\})? (NaN|[+-]Inf|-?[0-9][0-9.eE+-]*)$")]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\]|\\.)*""(?:,[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\]|\\.)*"")*$")]
    private static partial Regex AllLabels();

    [GeneratedRegex(@"([a-zA-Z_][a-zA-Z0-9_]*)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Label();

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();
}
