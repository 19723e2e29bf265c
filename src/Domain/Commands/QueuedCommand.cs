using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.Commands;

/// <summary>Which commands go first: a lower lane never waits behind a higher one (BY-01).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Lane>))]
public enum Lane
{
    /// <summary>An admin's act that can't wait: lock, erase, clear passcode, retire.</summary>
    Urgent,

    /// <summary>Installs, removals and the lists that confirm them: void when the owner changes.</summary>
    Session,

    /// <summary>Questions about the device.</summary>
    Inventory,
}

/// <summary>A command that waits for its result. It stays queued until the device answers it for good.</summary>
public sealed record QueuedCommand(Guid Id, CommandBody Body, Lane Lane, long Epoch, DateTimeOffset QueuedAt)
{
    public static Lane LaneOf(CommandBody body) => body switch
    {
        CommandBody.DeviceLock or CommandBody.EraseDevice or CommandBody.ClearPasscode or CommandBody.RemoveEnrollment => Lane.Urgent,
        CommandBody.InstallProfile or CommandBody.RemoveProfile or CommandBody.InstallApplication or CommandBody.RemoveApplication
            or CommandBody.DeviceConfigured or CommandBody.RenewEnrollment => Lane.Session,
        CommandBody.ProfileList or CommandBody.ManagedApplicationList or CommandBody.InstalledApplicationList or CommandBody.CertificateList
            or CommandBody.DeviceInformation or CommandBody.SecurityInfo or CommandBody.SetDeviceName => Lane.Inventory,
        _ => throw new InvalidOperationException($"{body.GetType().Name} has no lane."),
    };
}
