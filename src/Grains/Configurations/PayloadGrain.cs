using System.Security.Cryptography;
using System.Text.Json;
using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Grains.Records;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Configurations;

public sealed class PayloadGrain([PersistentState("payload")] IPersistentState<PayloadRecord> state) : Grain, IPayload
{
    /// <summary>The revision of a payload: 128 bits of the SHA-256 of its JSON, in lower-case hex.</summary>
    public static string RevisionOf(Payload payload) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(payload, GrainsJson.Default.Payload)).AsSpan(0, 16));

    public Task Put(Payload payload)
    {
        if (state.RecordExists)
            return Task.CompletedTask;
        state.State = new PayloadRecord { Payload = payload };
        return state.WriteOrDrop(DeactivateOnIdle);
    }

    public Task<Payload?> Read() => Task.FromResult(state.State.Payload);
}
