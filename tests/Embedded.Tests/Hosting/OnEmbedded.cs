using Mdm.Fleet.Embedded.Tests.HostSuite;

namespace Mdm.Fleet.Embedded.Tests.Hosting;

public sealed class TurnsOnEmbedded : TurnRules
{
    protected override Task<ISuiteHost> StartAsync() => EmbeddedSuiteHost.StartAsync();
}

public sealed class ActivationsOnEmbedded : ActivationRules
{
    protected override Task<ISuiteHost> StartAsync() => EmbeddedSuiteHost.StartAsync();
}

public sealed class CollectionOnEmbedded : CollectionRules
{
    protected override Task<ISuiteHost> StartAsync() => EmbeddedSuiteHost.StartAsync();
}

public sealed class StatesOnEmbedded : StateRules
{
    protected override Task<ISuiteHost> StartAsync() => EmbeddedSuiteHost.StartAsync();
}

public sealed class TimersOnEmbedded : TimerRules
{
    protected override Task<ISuiteHost> StartAsync() => EmbeddedSuiteHost.StartAsync();
}

public sealed class StreamsOnEmbedded : StreamRules
{
    protected override Task<ISuiteHost> StartAsync() => EmbeddedSuiteHost.StartAsync();
}

public sealed class WorkersOnEmbedded : WorkerRules
{
    protected override Task<ISuiteHost> StartAsync() => EmbeddedSuiteHost.StartAsync();
}
