using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mdm.Fleet.Embedded.Activations;
using Mdm.Fleet.Storage;
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

/// <summary>Between a state type and its records: kind = the state's name, key = the grain's, body = UTF-8 JSON.</summary>
internal sealed class StateBridge<TState>(EmbeddedHost host, string kind) : StateBridge
{
    private readonly Lazy<IRecordStore> _store = new(host.Services.GetRequiredService<IRecordStore>);
    private readonly Lazy<JsonTypeInfo<TState>> _json = new(() => (JsonTypeInfo<TState>)host.Options.Json.GetTypeInfo(typeof(TState)));

    public IRecordStore Store => _store.Value;

    public override IActivationState Create(Activation activation) => new PersistentState<TState>(this, new RecordKey(kind, activation.Key));

    /// <exception cref="JsonException">What is stored is not this type.</exception>
    public TState Decode(ReadOnlyMemory<byte> body) => JsonSerializer.Deserialize(body.Span, _json.Value) ?? Empty();

    public byte[] Encode(TState state) => JsonSerializer.SerializeToUtf8Bytes(state, _json.Value);

    public static TState Empty() => Activator.CreateInstance<TState>();
}
