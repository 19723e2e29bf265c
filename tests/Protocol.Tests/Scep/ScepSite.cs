using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Scep;
using Mdm.Fleet.Protocol.Tests.Certificates;

namespace Mdm.Fleet.Protocol.Tests.Scep;

/// <summary>A small SCEP server over HTTP: one-time challenges, a repeated transaction gets the same certificate.</summary>
internal sealed class ScepSite : IDisposable
{
    private readonly HttpListener listener;
    private readonly Task serving;
    private readonly ScepResponder responder;
    private readonly IdentityChain trusted = new([Authorities.Devices.Certificate]);
    private readonly ConcurrentDictionary<string, X509Certificate2> issued = new();

    public ScepSite(ScepOptions? options = null, bool offersPost = true)
    {
        responder = new ScepResponder(Authorities.Devices, options);
        Capabilities = offersPost ? responder.Capabilities : "AES\nSHA-256\n";
        (listener, Address) = Listen();
        serving = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    public string Capabilities { get; }

    public ConcurrentDictionary<string, EnrollmentReference> Challenges { get; } = new();

    public ConcurrentQueue<string> Methods { get; } = new();

    public void Dispose()
    {
        listener.Close();
        serving.Wait();
    }

    private static (HttpListener Listener, Uri Address) Listen()
    {
        for (var attempt = 0; ; attempt++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/scep");
            probe.Stop();
            var listener = new HttpListener { Prefixes = { address.GetLeftPart(UriPartial.Authority) + "/" } };
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                // Somebody else took the port between the probe and the start.
                listener.Close();
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        Methods.Enqueue(context.Request.HttpMethod + " " + context.Request.QueryString["operation"]);
        var (status, type, body) = context.Request.QueryString["operation"] switch
        {
            "GetCACaps" => (200, ScepResponder.CapabilitiesContentType, Encoding.ASCII.GetBytes(Capabilities)),
            "GetCACert" => (200, ScepResponder.CertificateContentType, responder.CaCertificate),
            "PKIOperation" => Operate(await MessageAsync(context.Request)),
            _ => (400, "text/plain", []),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.OutputStream.WriteAsync(body);
        context.Response.Close();
    }

    private async Task<byte[]> MessageAsync(HttpListenerRequest request)
    {
        if (request.HttpMethod == "GET") return responder.FromQuery(request.QueryString["message"] ?? "");
        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        return body.ToArray();
    }

    private (int Status, string Type, byte[] Body) Operate(byte[] message)
    {
        try
        {
            return (200, ScepResponder.MessageContentType, Decide(responder.Parse(message)));
        }
        catch (ScepException e)
        {
            return responder.Refusal(e) is { } refusal ? (200, ScepResponder.MessageContentType, refusal) : (400, "text/plain", []);
        }
    }

    private byte[] Decide(ScepRequest request)
    {
        if (issued.TryGetValue(request.TransactionId + request.PublicKeyHash, out var known)) return responder.Success(request, known);
        if (request.SigningRequest is null || Reference(request) is not { } reference)
            return responder.Failure(request, ScepFailInfo.BadRequest);
        var certificate = Authorities.Devices.IssueDevice(
            request.SigningRequest.PublicKey, reference, DateTimeOffset.UtcNow, TimeSpan.FromDays(365));
        issued[request.TransactionId + request.PublicKeyHash] = certificate;
        return responder.Success(request, certificate);
    }

    private EnrollmentReference? Reference(ScepRequest request)
    {
        if (request.MessageType == ScepMessageType.RenewalReq)
            return trusted.Check(request.SignerCertificate, DateTimeOffset.UtcNow) == IdentityVerdict.Trusted
                ? EnrollmentReference.FromCertificate(request.SignerCertificate) : null;
        return request.ChallengePassword is { } challenge && Challenges.TryRemove(challenge, out var reference) ? reference : null;
    }
}
