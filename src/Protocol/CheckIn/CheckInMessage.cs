using System.Buffers;
using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.CheckIn;

/// <summary>What a device sends to the check-in URL. A closed family: apple/protocol-notes.md, section 2.</summary>
/// <param name="Enrollment">Who sends it.</param>
public abstract record CheckInMessage(EnrollmentIdentity Enrollment)
{
    private const string TopicPrefix = "com.apple.mgmt.";
    private const int TopicMax = 255;

    /// <summary>Apple's name of the message.</summary>
    public abstract string MessageType { get; }

    /// <exception cref="ProtocolException">The message is malformed, incomplete or of unknown type.</exception>
    public static CheckInMessage Decode(ReadOnlySpan<byte> body)
    {
        var fields = new MessageFields(body);
        var type = fields.Utf8(MessageKey.MessageType);
        return type switch
        {
            _ when type.SequenceEqual("TokenUpdate"u8) => TokenUpdate.Read(fields),
            _ when type.SequenceEqual("Authenticate"u8) => Authenticate.Read(fields),
            _ when type.SequenceEqual("CheckOut"u8) => new CheckOut(Identity(fields), TopicOf(fields)),
            _ when type.SequenceEqual("DeclarativeManagement"u8) => DeclarativeManagement.Read(fields),
            _ when type.SequenceEqual("GetToken"u8) => GetToken.Read(fields),
            _ when type.SequenceEqual("GetBootstrapToken"u8) => new GetBootstrapToken(Identity(fields)),
            _ when type.SequenceEqual("SetBootstrapToken"u8) => new SetBootstrapToken(Identity(fields), fields.Data(MessageKey.BootstrapToken)),
            _ when type.SequenceEqual("UserAuthenticate"u8) => UserAuthenticate.Read(fields),
            _ when type.SequenceEqual("ReturnToService"u8) => new ReturnToService(Identity(fields)),
            [] => throw new ProtocolException(ProtocolError.MissingKey, "MessageType is absent or empty."),
            _ => throw new ProtocolException(ProtocolError.UnknownMessageType, "This MessageType is not known."),
        };
    }

    /// <summary>Writes the message as a device does.</summary>
    public void Encode(IBufferWriter<byte> output)
    {
        var writer = new PlistWriter(output);
        writer.BeginDict();
        writer.Pair("MessageType", MessageType);
        Enrollment.Write(writer);
        WriteKeys(writer);
        writer.EndDict();
        writer.Complete();
    }

    private protected abstract void WriteKeys(PlistWriter writer);

    private protected static EnrollmentIdentity Identity(in MessageFields fields) => EnrollmentIdentity.Read(fields);

    private protected static string TopicOf(in MessageFields fields)
    {
        var topic = fields.Required(MessageKey.Topic);
        return topic.Length <= TopicMax && topic.Length > TopicPrefix.Length && topic.StartsWith(TopicPrefix, StringComparison.Ordinal)
            ? topic
            : throw new ProtocolException(ProtocolError.BadTopic, $"The topic does not start with {TopicPrefix}");
    }
}
