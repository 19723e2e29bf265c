using System.Diagnostics.Metrics;
using System.Net;
using Mdm.Fleet.Fleet.Tests.Devices;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Fleet.Tests.Observability;

/// <summary>The Prometheus endpoint, read as strictly as its formats are written down.</summary>
public sealed class MetricsEndpointTests
{
    /// <summary>What Prometheus 3 sends.</summary>
    private const string Prometheus =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,"
        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    private const string Text = "text/plain; version=0.0.4; charset=utf-8";

    [Theory]
    [InlineData(null, Text)]
    [InlineData("*/*", Text)]
    [InlineData("text/html", Text)]
    [InlineData("text/plain;version=0.0.4;q=0.9,application/openmetrics-text;q=0.5", Text)]
    [InlineData("application/openmetrics-text;version=9.0.0,text/plain;version=0.0.4;q=0.1", Text)]
    [InlineData("application/openmetrics-text", WatchedFleet.OpenMetrics)]
    [InlineData(Prometheus, WatchedFleet.OpenMetrics)]
    public async Task A_scraper_gets_the_best_of_the_formats_that_it_takes(string? accept, string expected)
    {
        await using var watched = await WatchedFleet.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);

        using var response = await watched.Watcher.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, response.Content.Headers.ContentType!.ToString());
        var exposition = Exposition.Parse(await response.Content.ReadAsStringAsync(), expected == WatchedFleet.OpenMetrics);
        Assert.Equal(expected == WatchedFleet.OpenMetrics ? "info" : "gauge", exposition.Families[expected == WatchedFleet.OpenMetrics ? "target" : "target_info"].Type);
        Assert.True(exposition.Value("mdm_store_commit_duration_seconds_count", ("outcome", "committed")) > 0);
        Assert.True(exposition.Value("dotnet_process_memory_working_set_bytes") > 0);
    }

    [Fact]
    public async Task Whatever_labels_numbers_and_descriptions_hold_the_text_stays_readable()
    {
        await using var watched = await WatchedFleet.StartAsync();
        var meter = watched.Fleet.Services.GetRequiredService<Meter>();
        meter.CreateCounter<long>("test.odd-name", "{thing}", "A \"line\" \\ and\nanother").Add(3, new KeyValuePair<string, object?>("a.b", "q\"\\\nü"), new("a-b", true));
        meter.CreateObservableGauge("test.numbers", () => (Measurement<double>[])[new(double.NaN, [new("n", 1)]), new(double.NegativeInfinity, [new("n", 2)]), new(1e-300)], "By");
        meter.CreateUpDownCounter<long>("test.balance", "By").Add(-5);
        meter.CreateHistogram("test.size", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] }).Record(1.5);

        foreach (var isOpenMetrics in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.TryAddWithoutValidation("Accept", isOpenMetrics ? WatchedFleet.OpenMetrics : Text);
            using var response = await watched.Watcher.SendAsync(request);
            var scraped = Exposition.Parse(await response.Content.ReadAsStringAsync(), isOpenMetrics);

            var counted = Assert.Single(scraped.Series("test_odd_name_total"));
            Assert.Equal(3, counted.Value);
            Assert.Equal("true;q\"\\\nü", counted.Labels["a_b"]);
            Assert.Equal(double.NaN, scraped.Value("test_numbers_bytes", ("n", "1")));
            Assert.Equal(double.NegativeInfinity, scraped.Value("test_numbers_bytes", ("n", "2")));
            Assert.Equal(-5, scraped.Value("test_balance_bytes"));
            Assert.Equal([0, 1, 1], scraped.Series("test_size_seconds_bucket").Select(bucket => bucket.Value));
            Assert.Equal(1.5, scraped.Value("test_size_seconds_sum"));
        }
    }

    [Fact]
    public async Task Metrics_are_served_on_their_own_listener_alone_and_nothing_else_is_served_there()
    {
        await using var watched = await WatchedFleet.StartAsync();
        using var browser = watched.Fleet.Browser();

        Assert.Equal(HttpStatusCode.NotFound, await browser.GetAsync(new Uri("/metrics", UriKind.Relative)).StatusAsync());
        foreach (var path in (string[])["/", "/api/v1/session", "/enroll/ca.pem", "/openapi.json", "/mdm/connect"])
            Assert.Equal(HttpStatusCode.NotFound, await watched.Watcher.GetAsync(new Uri(path, UriKind.Relative)).StatusAsync());
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await watched.Watcher.PutAsync(new Uri("/mdm/connect", UriKind.Relative), null).StatusAsync());
    }
}
