using Mdm.Fleet.Embedded;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Grains.Records;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Grains.Tests.Hosting;

/// <summary>The grain host that the tests were built for: all grains in this process, on the container's clock.</summary>
internal sealed class GrainHost(ServiceProvider services) : IAsyncDisposable
{
    public IServiceProvider Services => services;

    public static Task<GrainHost> StartAsync(Action<IServiceCollection> compose, Func<bool> isStreamCut)
    {
        var services = new ServiceCollection();
        compose(services);
        services.AddEmbeddedGrains(grains =>
        {
            grains.AddGrains(typeof(DeviceGrain).Assembly);
            grains.AddStream("membership");
            grains.Json = GrainsJson.Default.Options;
            grains.DropStreamEvents = _ => isStreamCut();
        });
        return Task.FromResult(new GrainHost(services.BuildServiceProvider()));
    }

    /// <summary>It dies with everything in memory.</summary>
    public async ValueTask DisposeAsync()
    {
        await services.GetRequiredService<EmbeddedHost>().StopAsync(new CancellationToken(canceled: true));
        await services.DisposeAsync();
    }
}
