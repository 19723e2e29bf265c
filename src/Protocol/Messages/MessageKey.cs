namespace Mdm.Fleet.Protocol.Messages;

/// <summary>The top-level keys that check-in and connect messages are decided by (apple/protocol-notes.md, sections 2 and 3).</summary>
internal enum MessageKey
{
    Other = -1,
    Udid,
    EnrollmentId,
    UserId,
    UserShortName,
    UserLongName,
    EnrollmentUserId,
    MessageType,
    Topic,
    Token,
    PushMagic,
    UnlockToken,
    AwaitingConfiguration,
    NotOnConsole,
    BuildVersion,
    OSVersion,
    ProductName,
    SerialNumber,
    Imei,
    Meid,
    DeviceName,
    Model,
    ModelName,
    BootstrapToken,
    TokenServiceType,
    TokenParameters,
    Endpoint,
    Data,
    DigestResponse,
    Status,
    CommandUuid,
    ErrorChain,
    RequestType,
}

internal static class MessageKeys
{
    public const int Count = (int)MessageKey.RequestType + 1;

    public static MessageKey Of(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("UDID"u8) => MessageKey.Udid,
        4 when name.SequenceEqual("IMEI"u8) => MessageKey.Imei,
        4 when name.SequenceEqual("MEID"u8) => MessageKey.Meid,
        4 when name.SequenceEqual("Data"u8) => MessageKey.Data,
        5 when name.SequenceEqual("Topic"u8) => MessageKey.Topic,
        5 when name.SequenceEqual("Token"u8) => MessageKey.Token,
        5 when name.SequenceEqual("Model"u8) => MessageKey.Model,
        6 when name.SequenceEqual("Status"u8) => MessageKey.Status,
        6 when name.SequenceEqual("UserID"u8) => MessageKey.UserId,
        8 when name.SequenceEqual("Endpoint"u8) => MessageKey.Endpoint,
        9 when name.SequenceEqual("PushMagic"u8) => MessageKey.PushMagic,
        9 when name.SequenceEqual("OSVersion"u8) => MessageKey.OSVersion,
        9 when name.SequenceEqual("ModelName"u8) => MessageKey.ModelName,
        10 when name.SequenceEqual("DeviceName"u8) => MessageKey.DeviceName,
        10 when name.SequenceEqual("ErrorChain"u8) => MessageKey.ErrorChain,
        >= 11 => OfLong(name),
        _ => MessageKey.Other,
    };

    private static MessageKey OfLong(ReadOnlySpan<byte> name) => name.Length switch
    {
        11 when name.SequenceEqual("MessageType"u8) => MessageKey.MessageType,
        11 when name.SequenceEqual("CommandUUID"u8) => MessageKey.CommandUuid,
        11 when name.SequenceEqual("ProductName"u8) => MessageKey.ProductName,
        11 when name.SequenceEqual("UnlockToken"u8) => MessageKey.UnlockToken,
        11 when name.SequenceEqual("RequestType"u8) => MessageKey.RequestType,
        12 when name.SequenceEqual("BuildVersion"u8) => MessageKey.BuildVersion,
        12 when name.SequenceEqual("SerialNumber"u8) => MessageKey.SerialNumber,
        12 when name.SequenceEqual("EnrollmentID"u8) => MessageKey.EnrollmentId,
        12 when name.SequenceEqual("UserLongName"u8) => MessageKey.UserLongName,
        12 when name.SequenceEqual("NotOnConsole"u8) => MessageKey.NotOnConsole,
        13 when name.SequenceEqual("UserShortName"u8) => MessageKey.UserShortName,
        14 when name.SequenceEqual("BootstrapToken"u8) => MessageKey.BootstrapToken,
        14 when name.SequenceEqual("DigestResponse"u8) => MessageKey.DigestResponse,
        15 when name.SequenceEqual("TokenParameters"u8) => MessageKey.TokenParameters,
        16 when name.SequenceEqual("EnrollmentUserID"u8) => MessageKey.EnrollmentUserId,
        16 when name.SequenceEqual("TokenServiceType"u8) => MessageKey.TokenServiceType,
        21 when name.SequenceEqual("AwaitingConfiguration"u8) => MessageKey.AwaitingConfiguration,
        _ => MessageKey.Other,
    };
}
