using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.CheckIn;

/// <summary>An erased device asks how to come back (iOS 26); a server without an answer says 400.</summary>
public sealed record ReturnToService(EnrollmentIdentity Enrollment) : CheckInMessage(Enrollment)
{
    public override string MessageType => "ReturnToService";

    private protected override void WriteKeys(PlistWriter writer)
    {
    }
}
