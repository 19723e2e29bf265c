using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.CheckIn;

/// <summary>A user of a Mac signs in; the second leg carries a digest.</summary>
public sealed record UserAuthenticate(EnrollmentIdentity Enrollment, string? DigestResponse) : CheckInMessage(Enrollment)
{
    public override string MessageType => "UserAuthenticate";

    internal static UserAuthenticate Read(in MessageFields fields)
    {
        var identity = Identity(fields);
        return identity.UserId is null
            ? throw new ProtocolException(ProtocolError.MissingKey, "UserAuthenticate carries UserID.")
            : new UserAuthenticate(identity, fields.Text(MessageKey.DigestResponse));
    }

    private protected override void WriteKeys(PlistWriter writer) => writer.Pair("DigestResponse", DigestResponse);
}
