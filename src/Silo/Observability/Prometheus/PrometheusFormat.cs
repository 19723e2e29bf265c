using Microsoft.Net.Http.Headers;

namespace Mdm.Fleet.Silo.Observability.Prometheus;

/// <summary>The two text formats that a scraper may ask for.</summary>
internal enum PrometheusFormat
{
    /// <summary>The Prometheus text format 0.0.4, for whoever asks for nothing else.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.0.</summary>
    OpenMetrics,
}

/// <summary>Content negotiation as scrapers do it.</summary>
internal static class PrometheusFormats
{
    public static string ContentType(PrometheusFormat format) => format switch
    {
        PrometheusFormat.Text => "text/plain; version=0.0.4; charset=utf-8",
        PrometheusFormat.OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>The best-liked of the formats that are spoken here.</summary>
    public static PrometheusFormat Of(IHeaderDictionary headers)
    {
        if (!MediaTypeHeaderValue.TryParseList(headers.Accept, out var accepted))
            return PrometheusFormat.Text;
        var (best, quality) = (PrometheusFormat.Text, 0.0);
        foreach (var type in accepted)
        {
            if (FormatOf(type) is { } format && (type.Quality ?? 1) > quality)
                (best, quality) = (format, type.Quality ?? 1);
        }

        return best;
    }

    private static PrometheusFormat? FormatOf(MediaTypeHeaderValue type) => (type.MediaType.Value?.ToLowerInvariant(), VersionOf(type)) switch
    {
        ("application/openmetrics-text", null or "1.0.0") => PrometheusFormat.OpenMetrics,
        ("text/plain", null or "0.0.4") or ("text/*" or "*/*", _) => PrometheusFormat.Text,
        _ => null,
    };

    private static string? VersionOf(MediaTypeHeaderValue type) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase))?.Value.Value;
}
