using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.CheckIn;

/// <summary>The way to push to a channel, and on the device channel what ClearPasscode needs.</summary>
/// <param name="Token">The APNs device token: opaque bytes of any length above 0.</param>
/// <param name="PushMagic">Goes into every push.</param>
public sealed record TokenUpdate(EnrollmentIdentity Enrollment, string Topic, ReadOnlyMemory<byte> Token, string PushMagic)
    : CheckInMessage(Enrollment)
{
    public override string MessageType => "TokenUpdate";

    /// <summary>Kept verbatim for ClearPasscode. Absent in a later message does not revoke it.</summary>
    public ReadOnlyMemory<byte>? UnlockToken { get; init; }

    /// <summary>The device waits for DeviceConfigured.</summary>
    public bool AwaitingConfiguration { get; init; }

    public bool? NotOnConsole { get; init; }

    public string? UserLongName { get; init; }

    internal static TokenUpdate Read(in MessageFields fields) => new(
        Identity(fields), TopicOf(fields), fields.RequiredData(MessageKey.Token), fields.Required(MessageKey.PushMagic))
    {
        UnlockToken = fields.Data(MessageKey.UnlockToken),
        AwaitingConfiguration = fields.Flag(MessageKey.AwaitingConfiguration) ?? false,
        NotOnConsole = fields.Flag(MessageKey.NotOnConsole),
        UserLongName = fields.Text(MessageKey.UserLongName),
    };

    private protected override void WriteKeys(PlistWriter writer)
    {
        writer.Pair("AwaitingConfiguration", AwaitingConfiguration);
        writer.Pair("NotOnConsole", NotOnConsole);
        writer.Pair("PushMagic", PushMagic);
        writer.Pair("Token", (ReadOnlyMemory<byte>?)Token);
        writer.Pair("Topic", Topic);
        writer.Pair("UnlockToken", UnlockToken);
        writer.Pair("UserLongName", UserLongName);
    }
}
