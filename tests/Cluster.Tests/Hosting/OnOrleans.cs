using Mdm.Fleet.Embedded.Tests.HostSuite;

namespace Mdm.Fleet.Cluster.Tests.Hosting;

[Trait("Requirement", "DC-02")]
public sealed class TurnsOnOrleans : TurnRules
{
    protected override Task<ISuiteHost> StartAsync() => OrleansSuiteHost.StartAsync();
}

[Trait("Requirement", "DC-02")]
public sealed class ActivationsOnOrleans : ActivationRules
{
    protected override Task<ISuiteHost> StartAsync() => OrleansSuiteHost.StartAsync();
}

[Trait("Requirement", "DC-02")]
public sealed class CollectionOnOrleans : CollectionRules
{
    protected override Task<ISuiteHost> StartAsync() => OrleansSuiteHost.StartAsync(movedClock: false);
}

[Trait("Requirement", "DC-02")]
public sealed class StatesOnOrleans : StateRules
{
    protected override Task<ISuiteHost> StartAsync() => OrleansSuiteHost.StartAsync();
}

[Trait("Requirement", "DC-02")]
public sealed class TimersOnOrleans : TimerRules
{
    protected override Task<ISuiteHost> StartAsync() => OrleansSuiteHost.StartAsync();
}

[Trait("Requirement", "DC-02")]
public sealed class StreamsOnOrleans : StreamRules
{
    protected override Task<ISuiteHost> StartAsync() => OrleansSuiteHost.StartAsync(movedClock: false);
}

/// <summary>With hints in queues of a real PostgreSQL.</summary>
[Trait("Requirement", "DC-02")]
public sealed class StreamsOnAdoNet(ClusterDatabases databases) : StreamRules, IClassFixture<ClusterDatabases>
{
    protected override async Task<ISuiteHost> StartAsync() => await OrleansSuiteHost.StartOnAdoNetStreamsAsync(await databases.NewAsync());
}

[Trait("Requirement", "DC-02")]
public sealed class WorkersOnOrleans : WorkerRules
{
    protected override Task<ISuiteHost> StartAsync() => OrleansSuiteHost.StartAsync();
}
