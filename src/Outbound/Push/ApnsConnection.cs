using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Outbound.Push;

/// <summary>
/// The HTTP/2 connections that show one certificate. Closed when it is replaced and its last request ended, so that a renewal
/// interrupts nothing.
/// </summary>
internal sealed class ApnsConnection : IDisposable
{
    private readonly X509Certificate2 _shown;
    private readonly X509Certificate2 _own;
    private readonly HttpMessageInvoker _http;
    private int _holders = 1;

    public ApnsConnection(ApnsOptions options, X509Certificate2 certificate)
    {
        _shown = certificate;
        _own = new X509Certificate2(certificate); // the lookup may dispose its own after a renewal, while this one is still in use
        _http = new HttpMessageInvoker(Handler(options, _own), disposeHandler: true);
    }

    public bool Shows(X509Certificate2 certificate) =>
        ReferenceEquals(certificate, _shown) || certificate.RawDataMemory.Span.SequenceEqual(_own.RawDataMemory.Span);

    /// <summary>Takes part in the connection; false once it is closed.</summary>
    public bool TryHold()
    {
        int held;
        do
        {
            held = Volatile.Read(ref _holders);
            if (held == 0)
                return false;
        }
        while (Interlocked.CompareExchange(ref _holders, held + 1, held) != held);
        return true;
    }

    /// <summary>Ends one holder's part; the last one closes. Every holder calls it once.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
            return;
        _http.Dispose();
        _own.Dispose();
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _http.SendAsync(request, cancellationToken);

    private static SocketsHttpHandler Handler(ApnsOptions options, X509Certificate2 certificate) => new()
    {
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null, // our traces are no business of others
        UseCookies = false,
        UseProxy = !options.BaseUrl.IsLoopback,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = options.Timeout,
        PooledConnectionLifetime = options.ConnectionLifetime,
        // Apple asks to keep connections open; the ping finds those that a firewall forgot.
        PooledConnectionIdleTimeout = options.ConnectionLifetime,
        KeepAlivePingDelay = TimeSpan.FromMinutes(1),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        MaxResponseHeadersLength = 16, // KiB
        MaxResponseDrainSize = 64 * 1024,
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
            CertificateChainPolicy = options.TrustedRoots.Count == 0 ? null : Trusting(options.TrustedRoots),
        },
    };

    private static X509ChainPolicy Trusting(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
