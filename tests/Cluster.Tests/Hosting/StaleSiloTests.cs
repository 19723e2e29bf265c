using System.Net;
using System.Net.Sockets;
using Mdm.Fleet.Cluster.Hosting;
using Mdm.Fleet.Embedded.Tests.Hosting;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Cluster.Tests.Hosting;

/// <summary>A table in which silos are called active that were killed, and a silo that joins.</summary>
[Trait("Requirement", "DC-02")]
public sealed class StaleSiloTests(ClusterDatabases databases) : IClassFixture<ClusterDatabases>, IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private IHost _silo = null!;

    private IMembershipTable Table => _silo.Services.GetRequiredService<IMembershipTable>();

    private IClusterMembershipService Membership => _silo.Services.GetRequiredService<IClusterMembershipService>();

    public async Task InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IRecordStore>(new MemoryRecords());
        builder.AddFleetSilo(new ClusterSettings { SiloPort = FreePorts.Next(), GatewayPort = FreePorts.Next() }, await databases.NewAsync());
        _silo = builder.Build();
        await Table.InitializeMembershipTable(tryInitTableVersion: true);
    }

    public async Task DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _silo.StopAsync(now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _silo.Dispose();

    [Fact]
    public async Task It_joins_though_all_others_were_killed_at_other_addresses()
    {
        var killed = await EnterKilledAsync();

        await StartAsync();
        Assert.Equal(SiloStatus.Dead, Membership.CurrentSnapshot.GetSiloStatus(killed));
    }

    [Fact]
    public async Task It_waits_for_one_that_takes_connections_and_for_one_that_gave_a_sign_of_life()
    {
        using var hung = new TcpListener(IPAddress.Loopback, 0);
        hung.Start();
        var reached = await Table.EnterAsync(((IPEndPoint)hung.LocalEndpoint).Port, "hung", DateTime.UtcNow.AddHours(-1));
        var heard = await Table.EnterAsync(FreePorts.Next(), "away for now", DateTime.UtcNow);

        var joining = StartAsync();
        // It looks at the whole table between two that it declares dead one after the other.
        await UntilDeadAsync(await EnterKilledAsync());
        var known = await UntilDeadAsync(await EnterKilledAsync());
        Assert.Equal((SiloStatus.Active, SiloStatus.Active), (known.GetSiloStatus(reached), known.GetSiloStatus(heard)));
        Assert.False(joining.IsCompleted);

        await Membership.TryKill(reached);
        await Membership.TryKill(heard);
        await joining;
    }

    private Task StartAsync() => _silo.StartAsync(new CancellationTokenSource(Patience).Token);

    private Task<SiloAddress> EnterKilledAsync() => Table.EnterAsync(FreePorts.Next(), "killed", DateTime.UtcNow.AddSeconds(-40));

    private Task<ClusterMembershipSnapshot> UntilDeadAsync(SiloAddress silo) => Membership.UntilAsync(members => members.GetSiloStatus(silo) == SiloStatus.Dead);
}
