using System.Text.Json.Serialization.Metadata;
using Mdm.Fleet.Embedded.Activations;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.States;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Embedded.Persistence;

/// <summary>A state that the host reads before the grain is activated.</summary>
internal interface IActivationState
{
    Task ReadStateAsync(CancellationToken cancellationToken);
}

/// <summary>What the states of one constructor parameter share.</summary>
internal abstract class StateBridge
{
    public abstract IActivationState Create(Activation activation);
}

/// <summary>Between a state type and its records of one kind.</summary>
internal sealed class StateBridge<TState>(EmbeddedHost host, string kind) : StateBridge
{
    private readonly Lazy<IRecordStore> _store = new(host.Services.GetRequiredService<IRecordStore>);
    private readonly Lazy<StateFormat<TState>> _format = new(() => new((JsonTypeInfo<TState>)host.Options.Json.GetTypeInfo(typeof(TState))));

    public IRecordStore Store => _store.Value;

    public StateFormat<TState> Format => _format.Value;

    public override IActivationState Create(Activation activation) => new PersistentState<TState>(this, new RecordKey(kind, activation.Key));
}
