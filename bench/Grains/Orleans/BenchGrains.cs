using System.Text.Json;
using Mdm.Fleet.Cluster;
using Mdm.Fleet.Cluster.Hosting;
using Mdm.Fleet.Cluster.Storage;
using Mdm.Fleet.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime.Hosting;

namespace Mdm.Fleet.Bench.Grains;

/// <summary>The host under test: the one that this build has.</summary>
internal static class BenchGrains
{
    public static IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var records = new SameRecord(PingState.Encoded);
        builder.Services.AddSingleton<IRecordStore>(records);
        builder.AddFleetSilo(new ClusterSettings(), null, silo =>
            silo.Services.AddGrainStorage("store", (_, _) => new RecordGrainStorage(records, JsonSerializerOptions.Web)));
        return builder.Build();
    }
}
