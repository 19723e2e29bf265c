using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.LoadSim.Network;

/// <summary>The roots that a device, a person's browser or an admin's client trusts for HTTPS. Nothing of the machine's own store is used.</summary>
public sealed class TrustedRoots
{
    private volatile X509Certificate2[] _roots;

    public TrustedRoots(params IEnumerable<X509Certificate2> roots) => _roots = [.. roots];

    /// <summary>Reads the roots of a PEM or DER file.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The file holds no certificate.</exception>
    public static TrustedRoots FromFile(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (X509Certificate2.GetCertContentType(bytes) == X509ContentType.Cert && !bytes.AsSpan().StartsWith("-----"u8))
            return new TrustedRoots(X509CertificateLoader.LoadCertificate(bytes));
        var collection = new X509Certificate2Collection();
        collection.ImportFromPemFile(path);
        return new TrustedRoots(collection);
    }

    /// <summary>Trusts one more root from now on, as a certificate payload does.</summary>
    public void Add(X509Certificate2 root)
    {
        if (!_roots.Any(known => known.RawDataMemory.Span.SequenceEqual(root.RawDataMemory.Span)))
            _roots = [.. _roots, root];
    }

    /// <summary>The TLS options of a client that trusts these roots and checks the server's name.</summary>
    public SslClientAuthenticationOptions ForClient(X509Certificate2? identity = null) => new()
    {
        RemoteCertificateValidationCallback = Accepts,
        ClientCertificateContext = identity is null ? null : SslStreamCertificateContext.Create(identity, null, offline: true),
        AllowTlsResume = identity is null,
    };

    private bool Accepts(object sender, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(leaf);
    }
}
