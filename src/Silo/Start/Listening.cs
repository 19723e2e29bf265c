using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Silo.Observability;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Mdm.Fleet.Silo.Start;

/// <summary>How the server listens: its bounds, and TLS that lets any client certificate in, as the edge decides whom it proves.</summary>
internal static class Listening
{
    // Above every endpoint's own bound: what is somewhat too large is read and dropped, so that the sender gets to see its 413.
    private const int BodyBytesMax = 32 * 1024 * 1024;
    private const int ConnectionsMax = 20_000;
    private const int HeaderBytesMax = 32 * 1024;
    private const int BodyBytesPerSecondMin = 240;

    public static void Configure(KestrelServerOptions kestrel, FleetOptions options, InstallationKeys keys)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Limits.MaxConcurrentUpgradedConnections = ConnectionsMax;
        kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
        kestrel.Limits.MaxRequestLineSize = HeaderBytesMax;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(BodyBytesPerSecondMin, TimeSpan.FromSeconds(5));
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        if (options.Https is { } https)
            kestrel.Listen(https, listen => listen.UseHttps(tls => Tls(tls, options, keys)));
        if (options.Http is { } http)
            kestrel.Listen(http);
        MetricsListener.Listen(kestrel, options.Observability);

        // Kestrel that is given no place takes one of its own choice: a silo that tells its health to nobody.
        if (options is { Https: null, Http: null, Observability.Metrics: null })
            kestrel.Listen(IPAddress.Loopback, 0);
    }

    /// <summary>The names of the server certificate: what clients call this server.</summary>
    public static IReadOnlyList<string> Names(FleetOptions options)
    {
        var names = new List<string> { "localhost", "127.0.0.1" };
        if (options.Frontend.PublicUrl is { } url && !names.Contains(url.DnsSafeHost))
            names.Insert(0, url.DnsSafeHost);
        if (options.Https is { Address: var address } && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !names.Contains(address.ToString()))
            names.Add(address.ToString());
        return names;
    }

    private static void Tls(HttpsConnectionAdapterOptions tls, FleetOptions options, InstallationKeys keys)
    {
        tls.ServerCertificate = options.Certificate?[0] ?? keys.Server;
        tls.ServerCertificateChain = options.Certificate is { } given ? [.. given.Skip(1)] : [keys.Servers.Certificate];
        tls.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        tls.ClientCertificateValidation = (_, _, _) => true;
        var own = options.Certificate is null ? new OwnCertificate(keys) : null;
        tls.OnAuthenticate = (_, handshake) =>
        {
            // In place of a selector, so that neither the chain nor resumed sessions are lost.
            handshake.ServerCertificateContext = own?.Current ?? handshake.ServerCertificateContext;
            handshake.CertificateChainPolicy = ChainPolicy();
        };
    }

    private static X509ChainPolicy ChainPolicy() => new()
    {
        // The edge judges the certificate by its own rules: nothing is looked up in the system's store or fetched.
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };
}

/// <summary>Our own HTTPS certificate of the moment with the one above it, prepared once for all connections.</summary>
internal sealed class OwnCertificate(InstallationKeys keys)
{
    private volatile Prepared? _prepared;

    public SslStreamCertificateContext Current
    {
        get
        {
            var certificate = keys.Server;
            if (_prepared is { } known && known.Certificate == certificate)
                return known.Context;
            var context = SslStreamCertificateContext.Create(certificate, [keys.Servers.Certificate], offline: true);
            _prepared = new Prepared(certificate, context);
            return context;
        }
    }

    private sealed record Prepared(X509Certificate2 Certificate, SslStreamCertificateContext Context);
}
