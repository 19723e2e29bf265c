using System.Net;
using Mdm.Fleet.Cluster.Hosting;
using Mdm.Fleet.Embedded.Tests.Hosting;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Tests.Hosting;

/// <summary>A table in which silos are called active that were all killed.</summary>
public sealed class StaleSiloTests(StreamDatabases databases) : IClassFixture<StreamDatabases>
{
    [Fact]
    [Trait("Requirement", "DC-02")]
    public async Task A_silo_joins_though_all_others_were_killed_at_other_addresses()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IRecordStore>(new MemoryRecords());
        builder.AddFleetSilo(new ClusterSettings(), await databases.NewAsync());
        using var silo = builder.Build();
        var table = silo.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTable(tryInitTableVersion: true);
        var killed = SiloAddress.New(IPAddress.Loopback, FreePorts.Next(), 1);
        Assert.True(await table.InsertRow(Killed(killed), (await table.ReadAll()).Version.Next()));

        await silo.StartAsync(new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token);
        Assert.Equal(SiloStatus.Dead, (await table.ReadAll()).Members.Select(row => row.Item1).Single(row => row.SiloAddress.Equals(killed)).Status);
        await silo.StopAsync();
    }

    private static MembershipEntry Killed(SiloAddress address)
    {
        var longAgo = DateTime.UtcNow.AddHours(-1);
        return new MembershipEntry
        {
            SiloAddress = address, SiloName = "killed", HostName = "localhost", Status = SiloStatus.Active, StartTime = longAgo, IAmAliveTime = longAgo,
        };
    }
}
