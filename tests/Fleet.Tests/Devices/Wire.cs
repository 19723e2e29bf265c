using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Enrollment;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Cms;
using Mdm.Fleet.Protocol.Commands;

namespace Mdm.Fleet.Fleet.Tests.Devices;

/// <summary>A device's line to the server, byte by byte: any body, any header, with whatever identity.</summary>
internal sealed class Wire : IDisposable
{
    public const string CheckInType = "application/x-apple-aspen-mdm-checkin";
    public const string ConnectType = "application/x-apple-aspen-mdm";

    private readonly HttpClient _http;
    private readonly X509Certificate2? _signer;

    private Wire(HttpClient http, X509Certificate2? signer = null) => (_http, _signer) = (http, signer);

    public string Udid { get; init; } = "00008110-000A1D2E3C4B801E";

    /// <summary>With an identity that our authority issued for a fresh enrolment reference.</summary>
    public static async Task<Wire> NewAsync(TestFleet fleet, IdentityProof proof = IdentityProof.Header, string? udid = null, string? token = null) =>
        With(fleet, await IssueAsync(fleet, token: token), proof, udid);

    /// <summary>With a given identity, or none.</summary>
    public static Wire With(TestFleet fleet, X509Certificate2? identity, IdentityProof proof = IdentityProof.Header, string? udid = null)
    {
        var tls = fleet.Roots.ForClient(proof == IdentityProof.TlsCertificate ? identity : null);
        var http = new HttpClient(new SocketsHttpHandler { SslOptions = tls })
        {
            BaseAddress = proof == IdentityProof.TlsCertificate ? fleet.PublicUrl : fleet.PlainUrl,
        };
        if (identity is not null && proof == IdentityProof.Header)
            http.DefaultRequestHeaders.Add(TestFleet.CertificateHeader, HeaderOf(identity));
        return new Wire(http, proof == IdentityProof.MdmSignature ? identity : null) { Udid = udid ?? NewUdid() };
    }

    /// <summary>An identity for a fresh reference, as SCEP would have issued it.</summary>
    public static async Task<X509Certificate2> IssueAsync(TestFleet fleet, TimeSpan? validity = null, string? token = null)
    {
        var reference = RandomNumberGenerator.GetHexString(22, lowercase: true);
        await fleet.Grains.GetGrain<IEnrolmentReference>(reference).Create("challenge", [], DateTimeOffset.UtcNow.AddDays(1), token);
        return Issue(fleet.Keys.Devices, reference, validity);
    }

    public static X509Certificate2 Issue(DeviceAuthority authority, string reference, TimeSpan? validity = null)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var bare = authority.IssueDevice(request.PublicKey, EnrollmentReference.Parse(reference)!.Value, DateTimeOffset.UtcNow, validity ?? TimeSpan.FromDays(365));
        return bare.CopyWithPrivateKey(key);
    }

    public static string NewUdid() => $"00008110-{RandomNumberGenerator.GetHexString(16)}";

    public static string HeaderOf(X509Certificate2 certificate) => $":{Convert.ToBase64String(certificate.RawData)}:";

    public Task<HttpResponseMessage> CheckInAsync(string plist) => SendAsync("/mdm/checkin", CheckInType, Encoding.UTF8.GetBytes(plist));

    public Task<HttpResponseMessage> ConnectAsync(string plist) => SendAsync("/mdm/connect", ConnectType, Encoding.UTF8.GetBytes(plist));

    public Task<HttpResponseMessage> AuthenticateAsync() => CheckInAsync(Plist($"<key>MessageType</key><string>Authenticate</string><key>Topic</key><string>{TestFleet.Topic}</string>"));

    public Task<HttpResponseMessage> TokenUpdateAsync() => CheckInAsync(Plist(
        $"<key>MessageType</key><string>TokenUpdate</string><key>Topic</key><string>{TestFleet.Topic}</string><key>Token</key><data>AAECAwQFBgc=</data><key>PushMagic</key><string>magic</string>"));

    public Task<HttpResponseMessage> CheckOutAsync() => CheckInAsync(Plist($"<key>MessageType</key><string>CheckOut</string><key>Topic</key><string>{TestFleet.Topic}</string>"));

    public Task<HttpResponseMessage> IdleAsync() => ConnectAsync(Plist("<key>Status</key><string>Idle</string>"));

    /// <summary>Authenticate and TokenUpdate, both accepted.</summary>
    public async Task<Wire> EnrolledAsync()
    {
        Assert.Equal(HttpStatusCode.OK, await AuthenticateAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await TokenUpdateAsync().StatusAsync());
        return this;
    }

    /// <summary>Connects and acknowledges whatever it is handed, until there is nothing more.</summary>
    public async Task AcknowledgeAllAsync()
    {
        var sent = IdleAsync();
        while (true)
        {
            using var response = await sent;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var body = await response.Content.ReadAsByteArrayAsync();
            if (body.Length == 0)
                return;
            sent = ConnectAsync(Plist($"<key>Status</key><string>Acknowledged</string><key>CommandUUID</key><string>{Command.Decode(body).CommandUuid}</string>"));
        }
    }

    public string Plist(string keys) => $"""<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>UDID</key><string>{Udid}</string>{keys}</dict></plist>""";

    public async Task<HttpResponseMessage> SendAsync(string path, string? contentType, byte[] body, string method = "PUT", Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(body) };
        if (contentType is not null)
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (_signer is not null)
            request.Headers.Add(MdmSignature.HeaderName, MdmSignature.Sign(_signer, body));
        change?.Invoke(request);
        return await _http.SendAsync(request);
    }

    public void Dispose() => _http.Dispose();
}

internal static class Responses
{
    public static async Task<HttpStatusCode> StatusAsync(this Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        return response.StatusCode;
    }
}
