using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.CheckIn;

/// <summary>The device hands over its bootstrap token; absent or empty deletes it.</summary>
public sealed record SetBootstrapToken(EnrollmentIdentity Enrollment, ReadOnlyMemory<byte>? BootstrapToken) : CheckInMessage(Enrollment)
{
    public override string MessageType => "SetBootstrapToken";

    private protected override void WriteKeys(PlistWriter writer) => writer.Pair("BootstrapToken", BootstrapToken);
}

/// <summary>The device asks for the bootstrap token that it handed over.</summary>
public sealed record GetBootstrapToken(EnrollmentIdentity Enrollment) : CheckInMessage(Enrollment)
{
    public override string MessageType => "GetBootstrapToken";

    private protected override void WriteKeys(PlistWriter writer)
    {
    }
}
