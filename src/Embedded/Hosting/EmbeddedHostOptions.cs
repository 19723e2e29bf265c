using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orleans.Runtime;

namespace Mdm.Fleet.Embedded;

/// <summary>What an embedded host runs, and its limits.</summary>
public sealed class EmbeddedHostOptions
{
    internal HashSet<Assembly> Assemblies { get; } = [];

    internal HashSet<Type> GrainTypes { get; } = [];

    internal HashSet<string> Streams { get; } = new(StringComparer.Ordinal);

    /// <summary>How grain states become JSON: the <c>Default.Options</c> of a source-generated context, which carry its naming policy too.</summary>
    public JsonSerializerOptions Json { get; set; } = new(JsonSerializerDefaults.Web) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    /// <summary>An activation unused for so long is dropped.</summary>
    public TimeSpan IdleCollectionAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often idle activations are looked for.</summary>
    public TimeSpan IdleCollectionPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A call that has no answer by then fails for its caller with <see cref="TimeoutException"/>; its turn goes on.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Calls that wait for one grain; one more is refused with <see cref="OrleansException"/>.</summary>
    public int WaitingCallsMax { get; set; } = 10_000;

    /// <summary>A grain that takes longer to deactivate is dropped as it is.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Streams that are served at the same time.</summary>
    public int StreamDeliveriesMax { get; set; } = 256;

    /// <summary>Events that wait in all streams together; one more is dropped.</summary>
    public int StreamBacklogMax { get; set; } = 262_144;

    /// <summary>Deliveries of one event to one grain before it is dropped.</summary>
    public int StreamAttemptsMax { get; set; } = 3;

    /// <summary>The pause before the second delivery; each further one waits as much longer.</summary>
    public TimeSpan StreamRetryPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>For tests: events of the streams it says true to are lost.</summary>
    public Func<StreamId, bool>? DropStreamEvents { get; set; }

    /// <summary>Checks at start that contracts carry immutable values only: <see cref="ContractCheck"/>.</summary>
    public bool CheckContracts { get; set; }

    /// <summary>Hosts every concrete grain class of an assembly.</summary>
    public EmbeddedHostOptions AddGrains(Assembly assembly)
    {
        Assemblies.Add(assembly);
        return this;
    }

    /// <summary>Hosts one grain class.</summary>
    public EmbeddedHostOptions AddGrain<TGrain>()
        where TGrain : Orleans.Grain
    {
        GrainTypes.Add(typeof(TGrain));
        return this;
    }

    /// <summary>Provides streams under a name.</summary>
    public EmbeddedHostOptions AddStream(string providerName)
    {
        Streams.Add(providerName);
        return this;
    }
}
