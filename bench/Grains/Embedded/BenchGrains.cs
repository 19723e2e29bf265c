using Mdm.Fleet.Embedded;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mdm.Fleet.Bench.Grains;

/// <summary>The host under test: the one that this build has.</summary>
internal static class BenchGrains
{
    public static IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services
            .AddSingleton<IRecordStore>(new SameRecord(PingState.Encoded))
            .AddEmbeddedGrains(o => o.AddGrain<PingGrain>().AddGrain<PingStateGrain>());
        return builder.Build();
    }
}
