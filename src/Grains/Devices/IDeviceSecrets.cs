using Orleans;

namespace Mdm.Fleet.Grains.Devices;

/// <summary>What a device entrusts to this server (same key as the device): apart from its state, as it is large and rarely needed.</summary>
[Alias("deviceSecrets")]
public interface IDeviceSecrets : IGrainWithStringKey
{
    /// <summary>Keeps the unlock token, sealed; an equal one is not written again.</summary>
    Task PutUnlockToken(ReadOnlyMemory<byte> unlockToken);

    /// <summary>Empty = there is none.</summary>
    Task<ReadOnlyMemory<byte>> UnlockToken();

    /// <summary>Keeps the bootstrap token, sealed; empty deletes it, an equal one is not written again.</summary>
    Task PutBootstrapToken(ReadOnlyMemory<byte> bootstrapToken);

    /// <summary>Empty = there is none.</summary>
    Task<ReadOnlyMemory<byte>> BootstrapToken();

    Task Forget();
}

/// <summary>What a device answered to inventory queries, as JSON by request type (same key as the device).</summary>
[Alias("deviceInventory")]
public interface IDeviceInventory : IGrainWithStringKey
{
    Task Put(string requestType, ReadOnlyMemory<byte> json, DateTimeOffset at);

    /// <summary>One JSON object: request type to { at, answer }.</summary>
    Task<ReadOnlyMemory<byte>> Read();
}
