using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.CheckIn;

/// <summary>The enrolment profile was removed; tried once by the device, never repeated.</summary>
public sealed record CheckOut(EnrollmentIdentity Enrollment, string Topic) : CheckInMessage(Enrollment)
{
    public override string MessageType => "CheckOut";

    private protected override void WriteKeys(PlistWriter writer) => writer.Pair("Topic", Topic);
}
