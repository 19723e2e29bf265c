using System.Net;
using Mdm.Fleet.Cluster.Hosting;
using Mdm.Fleet.Embedded.Tests.Hosting;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Mdm.Fleet.Cluster.Tests.Contracts;

/// <summary>Two silos in this process that speak by TCP, and a grain that is in the one that its caller is not in.</summary>
public sealed class TwoSilos : IAsyncLifetime
{
    private IHost _first = null!;
    private IHost _second = null!;

    public IEcho Echo { get; private set; } = null!;

    public (SiloAddress Address, IGrainFactory Grains) First => Of(_first);

    public (SiloAddress Address, IGrainFactory Grains) Second => Of(_second);

    public async Task InitializeAsync()
    {
        var primary = new IPEndPoint(IPAddress.Loopback, FreePorts.Next());
        _first = Silo(primary, primary.Port);
        await _first.StartAsync();
        _second = Silo(primary, FreePorts.Next());
        await _second.StartAsync();
        Echo = await FarAsync();
    }

    public async Task DisposeAsync()
    {
        await _second.StopAsync();
        await _first.StopAsync();
        _second.Dispose();
        _first.Dispose();
    }

    private static IHost Silo(IPEndPoint primary, int port)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IRecordStore>(new MemoryRecords());
        builder.AddFleetSilo(new ClusterSettings { SiloPort = port }, null, silo =>
        {
            silo.UseDevelopmentClustering(primary);
            silo.Services.AddSerializer(serializer => serializer.AddAssembly(typeof(EchoGrain).Assembly));
        });
        return builder.Build();
    }

    private static (SiloAddress Address, IGrainFactory Grains) Of(IHost silo) =>
        (silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress, silo.Services.GetRequiredService<IGrainFactory>());

    private async Task<IEcho> FarAsync()
    {
        var (here, grains) = First;
        for (var n = 0; ; n++)
        {
            Assert.True(n < 10_000, "No grain came to the other silo.");
            var grain = grains.GetGrain<IEcho>($"{n}");
            if (!here.Equals(await grain.Silo()))
                return grain;
        }
    }
}
