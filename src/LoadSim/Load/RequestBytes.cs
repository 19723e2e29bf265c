using System.Text;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Load;

/// <summary>The requests of one device as they go over the wire, written once and sent many times.</summary>
public sealed class RequestBytes
{
    /// <summary>Stands in a result where the command's UUID goes.</summary>
    public const string UuidPlace = "00000000-0000-0000-0000-000000000000";

    private readonly Uri _url;
    private readonly string _certificate;
    private readonly DeviceMessages _messages;
    private readonly byte[] _token = new byte[32];

    public RequestBytes(Uri url, string topic, int device, ReadOnlySpan<byte> certificate)
    {
        _url = url;
        _certificate = Convert.ToBase64String(certificate);
        Udid = DeviceCertificates.UdidOf(device);
        _messages = new DeviceMessages(
            new DeviceFacts(Udid, $"LOAD{device:D8}", $"Load {device}", "iPad13,18", "iPad", "MPQ03LL", "17.6.1", "21G93"), topic);
        new Random(device).NextBytes(_token);
    }

    public string Udid { get; }

    public byte[] Authenticate() => CheckIn(_messages.Authenticate());

    /// <summary>The push token in it is at <see cref="TokenOffset"/>.</summary>
    public byte[] TokenUpdate() => CheckIn(_messages.TokenUpdate(_token, Udid, [1, 2, 3, 4]));

    public byte[] Idle() => Connect(_messages.Idle());

    /// <summary>The result of a DeviceInformation; <see cref="UuidPlace"/> is to be overwritten.</summary>
    public byte[] Information() => Connect(Acknowledged()
        .With("QueryResponses", PlistValue.Dict.Of(("DeviceName", _messages.Facts.DeviceName), ("OSVersion", _messages.Facts.OSVersion))));

    /// <summary>A result for any other command of the server's own: a device with nothing on it.</summary>
    public byte[] Nothing() => Connect(Acknowledged()
        .With("ProfileList", PlistValue.Array.Of())
        .With("ManagedApplicationList", PlistValue.Dict.Empty)
        .With("InstalledApplicationList", PlistValue.Array.Of())
        .With("CertificateList", PlistValue.Array.Of())
        .With("SecurityInfo", PlistValue.Dict.Empty));

    /// <summary>An admin's order of one DeviceInformation, without a push.</summary>
    public byte[] Order(string adminToken)
    {
        const string body = """{"command":"DeviceInformation","queries":["DeviceName","OSVersion"]}""";
        return Encoding.ASCII.GetBytes(
            $"POST /api/v1/devices/{Udid}/commands?push=false HTTP/1.1\r\nHost: {_url.Authority}\r\nAuthorization: Bearer {adminToken}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>Where the token's Base64 text begins in a TokenUpdate.</summary>
    public int TokenOffset(ReadOnlySpan<byte> tokenUpdate) => tokenUpdate.IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(_token)));

    private PlistValue.Dict Acknowledged() =>
        PlistValue.Dict.Of(("Status", "Acknowledged"), ("UDID", Udid), ("CommandUUID", UuidPlace));

    private byte[] CheckIn(PlistValue.Dict message) => Put("/mdm/checkin", "application/x-apple-aspen-mdm-checkin", message.ToXml());

    private byte[] Connect(PlistValue.Dict message) => Put("/mdm/connect", "application/x-apple-aspen-mdm", message.ToXml());

    private byte[] Put(string path, string contentType, byte[] body) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"PUT {path} HTTP/1.1\r\nHost: {_url.Authority}\r\nX-Client-Cert: :{_certificate}:\r\n"
            + $"Content-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];
}
