using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.CheckIn;

/// <summary>The device asks for a token of a service, such as <c>com.apple.maid</c>.</summary>
public sealed record GetToken(EnrollmentIdentity Enrollment, string TokenServiceType, PlistValue.Dict? TokenParameters = null)
    : CheckInMessage(Enrollment)
{
    public override string MessageType => "GetToken";

    internal static GetToken Read(in MessageFields fields) => new(
        Identity(fields),
        fields.Required(MessageKey.TokenServiceType),
        fields.Value(MessageKey.TokenParameters) switch
        {
            null => null,
            PlistValue.Dict parameters => parameters,
            _ => throw new ProtocolException(ProtocolError.WrongType, "TokenParameters has another type."),
        });

    private protected override void WriteKeys(PlistWriter writer)
    {
        writer.Pair("TokenParameters", TokenParameters);
        writer.Pair("TokenServiceType", TokenServiceType);
    }
}
