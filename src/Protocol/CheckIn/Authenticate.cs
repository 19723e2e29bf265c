using Mdm.Fleet.Protocol.Messages;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.CheckIn;

/// <summary>
/// The MDM payload is being installed. Facts about the device are absent when it may not tell them: serial number, IMEI and MEID always
/// under User Enrollment; names are sent by macOS only.
/// </summary>
public sealed record Authenticate(EnrollmentIdentity Enrollment, string Topic) : CheckInMessage(Enrollment)
{
    public override string MessageType => "Authenticate";

    public string? OSVersion { get; init; }

    public string? BuildVersion { get; init; }

    public string? ProductName { get; init; }

    public string? SerialNumber { get; init; }

    public string? Imei { get; init; }

    public string? Meid { get; init; }

    public string? DeviceName { get; init; }

    public string? Model { get; init; }

    public string? ModelName { get; init; }

    internal static Authenticate Read(in MessageFields fields) => new(Identity(fields), TopicOf(fields))
    {
        OSVersion = fields.Text(MessageKey.OSVersion),
        BuildVersion = fields.Text(MessageKey.BuildVersion),
        ProductName = fields.Text(MessageKey.ProductName),
        SerialNumber = fields.Text(MessageKey.SerialNumber),
        Imei = fields.Text(MessageKey.Imei),
        Meid = fields.Text(MessageKey.Meid),
        DeviceName = fields.Text(MessageKey.DeviceName),
        Model = fields.Text(MessageKey.Model),
        ModelName = fields.Text(MessageKey.ModelName),
    };

    private protected override void WriteKeys(PlistWriter writer)
    {
        writer.Pair("BuildVersion", BuildVersion);
        writer.Pair("DeviceName", DeviceName);
        writer.Pair("IMEI", Imei);
        writer.Pair("MEID", Meid);
        writer.Pair("Model", Model);
        writer.Pair("ModelName", ModelName);
        writer.Pair("OSVersion", OSVersion);
        writer.Pair("ProductName", ProductName);
        writer.Pair("SerialNumber", SerialNumber);
        writer.Pair("Topic", Topic);
    }
}
