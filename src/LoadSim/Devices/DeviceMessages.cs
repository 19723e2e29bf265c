using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>The check-in messages of a device enrolment and the first message of a connection (protocol notes, sections 2 and 3.1).</summary>
public sealed record DeviceMessages(DeviceFacts Facts, string Topic)
{
    public PlistValue.Dict Authenticate() => Named("Authenticate")
        .With("OSVersion", Facts.OSVersion)
        .With("BuildVersion", Facts.BuildVersion)
        .With("ProductName", Facts.ProductName)
        .With("SerialNumber", Facts.SerialNumber);

    public PlistValue.Dict TokenUpdate(byte[] token, string magic, byte[] unlockToken) => Named("TokenUpdate")
        .With("Token", token)
        .With("PushMagic", magic)
        .With("UnlockToken", unlockToken)
        .With("AwaitingConfiguration", false);

    public PlistValue.Dict CheckOut() => Named("CheckOut");

    public PlistValue.Dict Idle() => PlistValue.Dict.Of(("Status", "Idle"), ("UDID", Facts.Udid));

    private PlistValue.Dict Named(string messageType) =>
        PlistValue.Dict.Of(("MessageType", messageType), ("Topic", Topic), ("UDID", Facts.Udid));
}
