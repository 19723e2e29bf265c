using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Cms;
using Mdm.Fleet.Protocol.Plist;
using Mdm.Fleet.Protocol.Profiles;
using Mdm.Fleet.Protocol.Scep;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Mdm.Fleet.LoadSim.Tests.Devices;

/// <summary>HTTPS with a SCEP authority and a signed enrolment profile: all that a device needs to enrol. It notes each message with its proofs.</summary>
public sealed class SecureServer : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private readonly ServerAuthority _https = ServerAuthority.Create("Test HTTPS CA", Now, TimeSpan.FromDays(1), 2048);
    private readonly DeviceAuthority _devices = DeviceAuthority.Create("Test device CA", Now, TimeSpan.FromDays(1), 2048);
    private readonly ScepResponder _scep;
    private readonly WebApplication _app;
    private readonly Channel<Heard> _heard = Channel.CreateUnbounded<Heard>();
    private readonly bool _signMessage;

    private SecureServer(bool signMessage)
    {
        (_scep, _signMessage) = (new ScepResponder(_devices), signMessage);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = _https.IssueServer(["127.0.0.1"], Now, TimeSpan.FromDays(1)),
                ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                ClientCertificateValidation = (certificate, _, _) => certificate.Issuer == _devices.Certificate.Subject,
            })));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public Uri Url => new(_app.Urls.Single());

    /// <summary>What a person trusts before the first download.</summary>
    public TrustedRoots Roots => new(X509CertificateLoader.LoadCertificate(_https.Certificate.RawData));

    /// <summary>Commands for the next connects, in order.</summary>
    public ConcurrentQueue<byte[]> Commands { get; } = new();

    public static async Task<SecureServer> StartAsync(bool signMessage = false)
    {
        var server = new SecureServer(signMessage);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The next message from a device.</summary>
    public async Task<Heard> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _heard.Reader.ReadAsync(limit.Token);
    }

    /// <summary>An enrolment profile, signed.</summary>
    public byte[] Profile(string challenge)
    {
        using var signer = _https.IssueProfileSigner("Test signer", Now, TimeSpan.FromDays(1));
        return ProfileSigning.Sign(EnrollmentProfile.Render(new EnrollmentProfileRequest
        {
            Identifier = EnrolledDevice.EnrolmentIdentifier,
            DisplayName = "Test",
            Organization = "Test",
            Topic = "com.apple.mgmt.External.test",
            ServerUrl = new Uri(Url, "/mdm/connect").AbsoluteUri,
            CheckInUrl = new Uri(Url, "/mdm/checkin").AbsoluteUri,
            ScepUrl = new Uri(Url, "/scep").AbsoluteUri,
            ScepName = "test",
            SubjectCommonName = "device",
            EnrollmentReference = "reference",
            Challenge = challenge,
            TrustedCertificates = [_https.Certificate.RawData],
            SignMessage = _signMessage,
        }), signer, [_https.Certificate]);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _https.Dispose();
        _devices.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var answer = http.Request.Path.Value switch
        {
            "/enroll/token" => Profile("challenge"),
            "/scep" => Scep(http, body.ToArray()),
            _ => Hear(http, body.ToArray()),
        };
        await http.Response.Body.WriteAsync(answer);
    }

    private byte[] Scep(HttpContext http, byte[] body)
    {
        if (http.Request.Query["operation"] == "GetCACaps")
            return System.Text.Encoding.ASCII.GetBytes(_scep.Capabilities);
        if (http.Request.Query["operation"] == "GetCACert")
            return _scep.CaCertificate;
        var request = _scep.Parse(body);
        if (request.ChallengePassword is not ("challenge" or "renewal"))
            return _scep.Failure(request, ScepFailInfo.BadRequest);
        using var issued = _devices.IssueDevice(
            request.SigningRequest!.PublicKey, EnrollmentReference.FromName(request.SigningRequest.Subject)!.Value, Now, TimeSpan.FromHours(1));
        return _scep.Success(request, issued);
    }

    private byte[] Hear(HttpContext http, byte[] body)
    {
        var signature = http.Request.Headers[MdmSignature.HeaderName].ToString();
        _heard.Writer.TryWrite(new Heard(
            (PlistValue.Dict)PlistValue.Read(body),
            http.Connection.ClientCertificate?.SerialNumber,
            signature.Length == 0 ? null : MdmSignature.Verify(signature, body).SerialNumber,
            http.Request.Headers["X-Client-Cert"].ToString()));
        return http.Request.Path == "/mdm/connect" && Commands.TryDequeue(out var command) ? command : [];
    }
}

/// <summary>A message with the serial numbers of the certificates that vouch for it.</summary>
public sealed record Heard(PlistValue.Dict Message, string? TlsSerial, string? SignerSerial, string ForwardedHeader)
{
    public string? What => Message.GetString("MessageType") ?? Message.GetString("Status");
}
