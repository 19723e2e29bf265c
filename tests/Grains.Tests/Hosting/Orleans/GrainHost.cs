using Mdm.Fleet.Cluster;
using Mdm.Fleet.Cluster.Hosting;
using Mdm.Fleet.Storage.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Streams.Filtering;

namespace Mdm.Fleet.Grains.Tests.Hosting;

/// <summary>The grain host that the tests were built for: a silo that is alone, its grains on the container's clock.</summary>
internal sealed class GrainHost(IHost host) : IAsyncDisposable
{
    private const string Hints = "membership";

    /// <summary>As often as a test's clock moves, so that a hint is not kept waiting for it.</summary>
    private static readonly TimeSpan LookForHints = TimeSpan.FromMilliseconds(1);

    public IServiceProvider Services => host.Services;

    public static async Task<GrainHost> StartAsync(Action<IServiceCollection> compose, Func<bool> isStreamCut)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        compose(builder.Services);
        builder.Services.RemoveAll<IHostedService>(); // what goes on by itself in a server is for the test to do
        builder.AddFleetSilo(new ClusterSettings { SiloPort = FreePorts.Next() }, null, silo =>
        {
            silo.Services.AddKeyedSingleton<IStreamFilter>(Hints, new CutStream(isStreamCut));
            silo.Services.Configure<StreamPullingAgentOptions>(Hints, pulling => pulling.GetQueueMsgsTimerPeriod = LookForHints);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new GrainHost(host);
    }

    /// <summary>It dies with everything in memory.</summary>
    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(new CancellationToken(canceled: true));
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    private sealed class CutStream(Func<bool> isCut) : IStreamFilter
    {
        public bool ShouldDeliver(StreamId streamId, object item, string? filterData) => !isCut();
    }
}
