namespace Mdm.Fleet.Silo.Observability.Prometheus;

/// <summary>Answers scrapers.</summary>
internal static class MetricsEndpoint
{
    public static async Task AnswerAsync(HttpContext http)
    {
        var format = PrometheusFormats.Of(http.Request.Headers);
        var text = await http.RequestServices.GetRequiredService<PrometheusExporter>().ScrapeAsync(format, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Vary = "Accept";
        if (text is null)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        http.Response.ContentType = PrometheusFormats.ContentType(format);
        await http.Response.WriteAsync(text, http.RequestAborted);
    }
}
