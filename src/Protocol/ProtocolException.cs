namespace Mdm.Fleet.Protocol;

/// <summary>Why a message of a device, or a profile, was refused.</summary>
public enum ProtocolError
{
    /// <summary>The bytes are no property list that this server reads; <see cref="Plist.PlistException"/> says where.</summary>
    Malformed,

    /// <summary>The root, or a key's value, has another type than Apple documents.</summary>
    WrongType,

    /// <summary>A required key is absent or empty.</summary>
    MissingKey,

    /// <summary>An identifier contains characters outside letters, digits and hyphen, or is not 8 to 64 long.</summary>
    BadIdentifier,

    /// <summary>Neither UDID nor EnrollmentID, or both.</summary>
    NoIdentifier,

    /// <summary>The topic is not one of device management.</summary>
    BadTopic,

    UnknownMessageType,
    UnknownStatus,

    /// <summary>A profile holds what this server must not distribute.</summary>
    ForbiddenPayload,
}

/// <summary>Bad input from outside. The text names the key and never repeats the input.</summary>
public class ProtocolException(ProtocolError error, string message, Exception? inner = null) : Exception(message, inner)
{
    public ProtocolError Error { get; } = error;
}
