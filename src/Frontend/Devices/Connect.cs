using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Enrollment;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.Protocol.Connect;

namespace Mdm.Fleet.Frontend.Devices;

/// <summary>One connect, decoded: nothing of the request's body is needed any more.</summary>
/// <param name="Device">Whose.</param>
/// <param name="IsUserChannel">A user's channel, whose queue does not exist yet: it must not touch the device's own.</param>
/// <param name="Identity">Who sends it.</param>
/// <param name="Request">What the device's grain is asked.</param>
public readonly record struct Connect(EnrollmentId Device, bool IsUserChannel, DeviceIdentity Identity, ConnectRequest Request)
{
    public static Connect Of(ConnectMessage message, DeviceIdentity identity) => new(
        message.Enrollment.DeviceKey,
        message.Enrollment.IsUserChannel,
        identity,
        message.Enrollment.IsUserChannel ? identity.Idle : RequestOf(message, identity));

    /// <summary>A result with a CommandUUID that is none of ours counts as Idle: it is answered, or the device would repeat it for ever.</summary>
    private static ConnectRequest RequestOf(ConnectMessage message, DeviceIdentity identity)
    {
        if (message.Status == CommandStatus.Idle || !Guid.TryParse(message.CommandUuid, out var id))
            return identity.Idle;
        if (message.Status == CommandStatus.NotNow)
            return identity.Idle with { NotNow = id };
        var result = Results.Read(message);
        return identity.Idle with { Report = new CommandReport(id, result.Status, result.Detail, result.Content), InventoryJson = result.Inventory };
    }
}
