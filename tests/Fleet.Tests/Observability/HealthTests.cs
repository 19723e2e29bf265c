using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Devices;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Silo.Observability;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.Observability;

/// <summary>What those are told who watch the process and send it requests.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_server_without_its_database_lives_and_is_not_ready_until_the_database_is_back()
    {
        await using var cluster = await PostgresCluster.StartNewAsync();
        var store = StoreOptions.Parse("postgres:" + await cluster.NewDatabaseAsync());
        await using var fleet = await TestFleet.StartAsync(options => options with { Store = store });
        using var browser = fleet.Browser();
        Assert.Equal("ready", (await ReadyAsync(browser, HttpStatusCode.OK))["status"]!.ToString());

        await cluster.StopAsync();
        var down = await ReadyAsync(browser, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(("not ready", "unavailable", "up"), (down["status"]!.ToString(), down["store"]!.ToString(), down["grains"]!.ToString()));
        Assert.Equal(HttpStatusCode.OK, await browser.GetAsync(new Uri("/health/live", UriKind.Relative)).StatusAsync());

        await cluster.StartAsync();
        while (!(await browser.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode)
            Assert.Equal(HttpStatusCode.OK, await browser.GetAsync(new Uri("/health/live", UriKind.Relative)).StatusAsync());
    }

    [Fact]
    public async Task A_stop_takes_readiness_first_and_serves_until_the_drain_is_over()
    {
        var drain = TimeSpan.FromSeconds(77);
        var time = new HeldTime(drain);
        await using var fleet = await TestFleet.StartAsync(options => options with { Time = time, Observability = new ObservabilityOptions { Drain = drain } });
        using var browser = fleet.Browser();
        await ReadyAsync(browser, HttpStatusCode.OK);

        var stopping = fleet.StopAsync();
        await time.Held;
        Assert.True((await ReadyAsync(browser, HttpStatusCode.ServiceUnavailable))["draining"]!.GetValue<bool>());
        Assert.Equal(HttpStatusCode.OK, await browser.GetAsync(new Uri("/enroll/ca.pem", UriKind.Relative)).StatusAsync());
        Assert.False(stopping.IsCompleted);

        time.Release();
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => browser.GetAsync(new Uri("/health/live", UriKind.Relative)));
    }

    private static async Task<JsonNode> ReadyAsync(HttpClient browser, HttpStatusCode expected)
    {
        using var response = await browser.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(expected == HttpStatusCode.OK, response.Headers.RetryAfter is null);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }
}
