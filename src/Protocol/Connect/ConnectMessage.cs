using System.Buffers;
using System.Collections.Immutable;
using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Connect;

/// <summary>What became of a command (apple/protocol-notes.md, section 3.1).</summary>
public enum CommandStatus
{
    /// <summary>No result to give; the device asks for work.</summary>
    Idle,
    Acknowledged,
    Error,

    /// <summary>The command was malformed: our mistake.</summary>
    CommandFormatError,

    /// <summary>The device cannot do it now.</summary>
    NotNow,
}

/// <summary>What a device sends to the server URL.</summary>
/// <param name="CommandUuid">The command answered; null when idle.</param>
/// <param name="ErrorChain">Top-level error first; empty without an error.</param>
/// <param name="Body">The whole message, for the typed decoders of results; empty when idle.</param>
public sealed record ConnectMessage(
    EnrollmentIdentity Enrollment,
    CommandStatus Status,
    string? CommandUuid,
    ImmutableArray<ErrorChainItem> ErrorChain,
    ReadOnlyMemory<byte> Body)
{
    private const int CommandUuidMax = 128;

    /// <summary>What a device without a result says.</summary>
    public static ConnectMessage Idle(EnrollmentIdentity enrollment) => new(enrollment, CommandStatus.Idle, null, [], default);

    /// <summary>What a device says of a command.</summary>
    public static ConnectMessage Answer(
        EnrollmentIdentity enrollment, string commandUuid, CommandStatus status, params ImmutableArray<ErrorChainItem> errors) =>
        new(enrollment, status, commandUuid, errors, default);

    /// <summary>Reads a message; its body is kept by reference, so it must live as long as results are decoded.</summary>
    /// <exception cref="ProtocolException">The message is malformed, incomplete or of unknown status.</exception>
    public static ConnectMessage Decode(ReadOnlyMemory<byte> body)
    {
        var fields = new MessageFields(body.Span);
        var status = StatusOf(fields.Utf8(MessageKey.Status));
        var identity = EnrollmentIdentity.Read(fields);
        return status == CommandStatus.Idle
            ? Idle(identity)
            : new ConnectMessage(identity, status, CommandUuidOf(fields), ErrorChainItem.ReadChain(fields.Value(MessageKey.ErrorChain)), body);
    }

    /// <summary>Writes the message as a device does.</summary>
    public void Encode(IBufferWriter<byte> output, CommandResult? result = null)
    {
        var writer = new PlistWriter(output);
        writer.BeginDict();
        writer.Pair("CommandUUID", CommandUuid);
        if (!ErrorChain.IsEmpty)
            writer.Pair("ErrorChain", ErrorChainItem.ToArray(ErrorChain));
        foreach (var (key, value) in (result?.ToDict() ?? PlistValue.Dict.Empty).Entries)
            writer.Pair(key, value);
        writer.Pair("Status", Status.ToString());
        Enrollment.Write(writer);
        writer.EndDict();
        writer.Complete();
    }

    private static CommandStatus StatusOf(ReadOnlySpan<byte> status) => status switch
    {
        _ when status.SequenceEqual("Idle"u8) => CommandStatus.Idle,
        _ when status.SequenceEqual("Acknowledged"u8) => CommandStatus.Acknowledged,
        _ when status.SequenceEqual("NotNow"u8) => CommandStatus.NotNow,
        _ when status.SequenceEqual("Error"u8) => CommandStatus.Error,
        _ when status.SequenceEqual("CommandFormatError"u8) => CommandStatus.CommandFormatError,
        [] => throw new ProtocolException(ProtocolError.MissingKey, "Status is absent or empty."),
        _ => throw new ProtocolException(ProtocolError.UnknownStatus, "This Status is not known."),
    };

    private static string CommandUuidOf(in MessageFields fields)
    {
        var uuid = fields.Required(MessageKey.CommandUuid);
        return uuid.Length <= CommandUuidMax
            ? uuid
            : throw new ProtocolException(ProtocolError.BadIdentifier, $"CommandUUID is longer than {CommandUuidMax} characters.");
    }
}
