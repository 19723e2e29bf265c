using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage.Secrets;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>The unlock and the bootstrap token, sealed with the installation's key.</summary>
public sealed record DeviceSecretsRecord
{
    public byte[]? SealedUnlockToken { get; init; }

    public byte[]? SealedBootstrapToken { get; init; }
}

public sealed class DeviceSecretsGrain(
    [PersistentState("deviceSecrets")] IPersistentState<DeviceSecretsRecord> state,
    SecretBox box) : Grain, IDeviceSecrets
{
    private string UnlockPurpose => "unlock:" + this.GetPrimaryKeyString();

    private string BootstrapPurpose => "bootstrap:" + this.GetPrimaryKeyString();

    public async Task PutUnlockToken(ReadOnlyMemory<byte> unlockToken)
    {
        if ((await UnlockToken()).Span.SequenceEqual(unlockToken.Span))
            return;
        await Save(state.State with { SealedUnlockToken = box.Seal(unlockToken.Span, UnlockPurpose) });
    }

    public Task<ReadOnlyMemory<byte>> UnlockToken() => Task.FromResult(Open(state.State.SealedUnlockToken, UnlockPurpose));

    public async Task PutBootstrapToken(ReadOnlyMemory<byte> bootstrapToken)
    {
        if ((await BootstrapToken()).Span.SequenceEqual(bootstrapToken.Span))
            return;
        await Save(state.State with { SealedBootstrapToken = bootstrapToken.IsEmpty ? null : box.Seal(bootstrapToken.Span, BootstrapPurpose) });
    }

    public Task<ReadOnlyMemory<byte>> BootstrapToken() => Task.FromResult(Open(state.State.SealedBootstrapToken, BootstrapPurpose));

    public async Task Forget()
    {
        if (state.RecordExists)
            await state.ClearStateAsync();
        DeactivateOnIdle();
    }

    private ReadOnlyMemory<byte> Open(byte[]? sealedToken, string purpose) => sealedToken is null ? default : box.Open(sealedToken, purpose);

    private Task Save(DeviceSecretsRecord next)
    {
        state.State = next;
        return state.WriteOrDrop(DeactivateOnIdle);
    }
}
