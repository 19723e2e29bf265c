using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.LoadSim.Reports;
using Mdm.Fleet.Protocol.Cms;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.LoadSim.Devices;

/// <summary>Sends a device's messages with its identity and says what the answer means to it.</summary>
public sealed class MdmTransport : IDisposable
{
    private const int AnswerBytesMax = 32 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly X509Certificate2? _identity;
    private readonly bool _signs;
    private readonly RequestTimeline? _timeline;

    public MdmTransport(X509Certificate2? identity, IdentityProof proof, bool signMessage, TrustedRoots roots, RequestTimeline? timeline)
    {
        _timeline = timeline;
        _identity = identity;
        _signs = identity is not null && (signMessage || proof == IdentityProof.MdmSignature);
        var shown = proof == IdentityProof.TlsCertificate ? identity : null;
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = roots.ForClient(shown), UseCookies = false })
        {
            Timeout = TimeSpan.FromSeconds(60),
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("MDM", "1.0"));
        if (identity is not null && proof == IdentityProof.Header)
            _http.DefaultRequestHeaders.Add("X-Client-Cert", $":{Convert.ToBase64String(identity.RawDataMemory.Span)}:");
    }

    public Task<MdmAnswer> CheckInAsync(Uri url, PlistValue.Dict message, CancellationToken cancellationToken) =>
        SendAsync(url, message, "application/x-apple-aspen-mdm-checkin", cancellationToken);

    public Task<MdmAnswer> ConnectAsync(Uri url, PlistValue.Dict message, CancellationToken cancellationToken) =>
        SendAsync(url, message, "application/x-apple-aspen-mdm", cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<MdmAnswer> SendAsync(Uri url, PlistValue.Dict message, string contentType, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var answer = await TrySendAsync(url, message, contentType, cancellationToken);
        _timeline?.Note(Stopwatch.GetElapsedTime(startedAt), answer is not MdmAnswer.Failed);
        return answer;
    }

    private async Task<MdmAnswer> TrySendAsync(Uri url, PlistValue.Dict message, string contentType, CancellationToken cancellationToken)
    {
        try
        {
            var body = message.ToXml();
            using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType, "UTF-8");
            if (_signs)
                request.Headers.Add(MdmSignature.HeaderName, MdmSignature.Sign(_identity!, body));
            using var response = await _http.SendAsync(request, cancellationToken);
            return MeaningOf(response, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (HttpRequestException away)
        {
            return new MdmAnswer.Failed(away.InnerException?.Message ?? away.Message);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new MdmAnswer.Failed($"no answer within {_http.Timeout.TotalSeconds:F0} s");
        }
    }

    private static MdmAnswer MeaningOf(HttpResponseMessage response, byte[] body) => response.StatusCode switch
    {
        _ when response.IsSuccessStatusCode => new MdmAnswer.Accepted(body),
        HttpStatusCode.Unauthorized when !HasBearerChallenge(response) => new MdmAnswer.Unenrol("401"),
        HttpStatusCode.Forbidden when body.AsSpan().IndexOf("com.apple.unrecognized.device"u8) >= 0 => new MdmAnswer.Unenrol("unrecognized device"),
        var status => new MdmAnswer.Failed($"{(int)status}"),
    };

    private static bool HasBearerChallenge(HttpResponseMessage response) =>
        response.Headers.WwwAuthenticate.Any(challenge => challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase));
}
