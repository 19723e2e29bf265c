using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.CheckIn;

/// <summary>A request of declarative management.</summary>
/// <param name="Endpoint"><c>tokens</c>, <c>declaration-items</c>, <c>status</c> or <c>declaration/…</c>.</param>
/// <param name="Data">JSON, not looked into here.</param>
public sealed record DeclarativeManagement(EnrollmentIdentity Enrollment, string Endpoint, ReadOnlyMemory<byte>? Data)
    : CheckInMessage(Enrollment)
{
    public override string MessageType => "DeclarativeManagement";

    internal static DeclarativeManagement Read(in MessageFields fields) =>
        new(Identity(fields), fields.Required(MessageKey.Endpoint), fields.Data(MessageKey.Data));

    private protected override void WriteKeys(PlistWriter writer)
    {
        writer.Pair("Data", Data);
        writer.Pair("Endpoint", Endpoint);
    }
}
