using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.LoadSim.Apns;

/// <summary>The simulated push service's certificate authority: its server certificate, and push certificates as Apple's portal would issue them.</summary>
public sealed class ApnsAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string UserIdOid = "0.9.2342.19200300.100.1.1";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private readonly X509Certificate2 _root;

    public ApnsAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Simulated push authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = DateTimeOffset.UtcNow;
        _root = request.CreateSelfSigned(now.AddHours(-1), now + Lifetime);
    }

    /// <summary>The root in PEM, for a client that is to trust the simulated service.</summary>
    public string RootPem => _root.ExportCertificatePem();

    /// <summary>
    /// A push certificate with its key, RSA 2048 unless a key is given. Topic null = without a subject UID. The caller disposes it.
    /// </summary>
    public X509Certificate2 IssuePushCertificate(string? topic, TimeSpan? lifetime = null, RSA? key = null)
    {
        using var own = key is null ? RSA.Create(2048) : null;
        var used = key ?? own!;
        using var issued = Issue(new CertificateRequest(PushSubject(topic), used, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), lifetime);
        using var withKey = issued.CopyWithPrivateKey(used);
        return Portable(withKey);
    }

    /// <summary>Answers a signing request as Apple's portal does: its key, a subject of ours. The same topic again is a renewal.</summary>
    /// <exception cref="CryptographicException">The request is broken or not signed by its own key.</exception>
    public X509Certificate2 SignPushRequest(byte[] requestDer, string topic, TimeSpan? lifetime = null)
    {
        var asked = CertificateRequest.LoadSigningRequest(requestDer, HashAlgorithmName.SHA256, signerSignaturePadding: RSASignaturePadding.Pkcs1);
        return Issue(new CertificateRequest(PushSubject(topic), asked.PublicKey, HashAlgorithmName.SHA256), lifetime);
    }

    internal X509Certificate2 IssueServerCertificate(IPAddress address)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(address);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using var issued = Issue(request, null, ServerAuthentication);
        using var withKey = issued.CopyWithPrivateKey(key);
        return Portable(withKey);
    }

    public void Dispose() => _root.Dispose();

    private static X500DistinguishedName PushSubject(string? topic)
    {
        var subject = new X500DistinguishedNameBuilder();
        if (topic is not null)
            subject.Add(UserIdOid, topic);
        subject.AddCommonName("APSP:" + Guid.NewGuid());
        subject.AddCountryOrRegion("US");
        return subject.Build();
    }

    private X509Certificate2 Issue(CertificateRequest request, TimeSpan? lifetime, string usage = ClientAuthentication)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        using var key = _root.GetECDsaPrivateKey()!;
        var until = DateTimeOffset.UtcNow + (lifetime ?? Lifetime);
        return request.Create(
            _root.SubjectName, X509SignatureGenerator.CreateForECDsa(key), _root.NotBefore, until < _root.NotAfter ? until : _root.NotAfter, Serial());
    }

    // Through PKCS#12, because TLS on Windows and macOS takes no ephemeral key.
    private static X509Certificate2 Portable(X509Certificate2 withKey) =>
        X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7f | 0x01); // a positive number without leading zeros
        return serial;
    }
}
