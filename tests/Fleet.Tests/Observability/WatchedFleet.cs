using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Silo.Observability;
using Mdm.Fleet.Storage.Tests;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Fleet.Tests.Observability;

/// <summary>A server that is watched: its separate plain listener, and what stands there.</summary>
internal sealed class WatchedFleet : IAsyncDisposable
{
    public const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private WatchedFleet(TestFleet fleet, int port)
    {
        Fleet = fleet;
        Watcher = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public TestFleet Fleet { get; }

    public HttpClient Watcher { get; }

    public static async Task<WatchedFleet> StartAsync(Func<ObservabilityOptions, ObservabilityOptions>? change = null, Action<IServiceCollection>? extend = null)
    {
        var port = FreePorts.Next();
        var options = new ObservabilityOptions { Metrics = new IPEndPoint(IPAddress.Loopback, port) };
        return new WatchedFleet(await TestFleet.StartAsync(server => server with { Observability = change?.Invoke(options) ?? options }, extend), port);
    }

    public async Task<Exposition> ScrapeAsync() => Exposition.Parse(await Watcher.GetStringAsync(new Uri("/metrics", UriKind.Relative)), isOpenMetrics: false);

    public async ValueTask DisposeAsync()
    {
        Watcher.Dispose();
        await Fleet.DisposeAsync();
    }
}
