using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage.Secrets;
using Orleans;
using Orleans.Runtime;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>The unlock token, sealed with the installation's key.</summary>
public sealed record DeviceSecretsRecord
{
    public byte[]? SealedUnlockToken { get; init; }
}

public sealed class DeviceSecretsGrain(
    [PersistentState("deviceSecrets")] IPersistentState<DeviceSecretsRecord> state,
    SecretBox box) : Grain, IDeviceSecrets
{
    private string Purpose => "unlock:" + this.GetPrimaryKeyString();

    public async Task PutUnlockToken(ReadOnlyMemory<byte> unlockToken)
    {
        if ((await UnlockToken()).Span.SequenceEqual(unlockToken.Span))
            return;
        state.State = new DeviceSecretsRecord { SealedUnlockToken = box.Seal(unlockToken.Span, Purpose) };
        await state.WriteOrDrop(DeactivateOnIdle);
    }

    public Task<ReadOnlyMemory<byte>> UnlockToken() =>
        Task.FromResult<ReadOnlyMemory<byte>>(state.State.SealedUnlockToken is { } sealedToken ? box.Open(sealedToken, Purpose) : []);

    public async Task Forget()
    {
        if (state.RecordExists)
            await state.ClearStateAsync();
        DeactivateOnIdle();
    }
}
