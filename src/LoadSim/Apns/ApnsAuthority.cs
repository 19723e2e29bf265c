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

    /// <summary>A push certificate with its key. Topic null = without a subject UID. The caller disposes it.</summary>
    public X509Certificate2 IssuePushCertificate(string? topic, TimeSpan? lifetime = null)
    {
        var subject = new X500DistinguishedNameBuilder();
        if (topic is not null)
            subject.Add(UserIdOid, topic);
        subject.AddCommonName("APSP:" + Guid.NewGuid());
        subject.AddCountryOrRegion("US");
        return Issue(subject.Build(), ClientAuthentication, lifetime ?? Lifetime, null);
    }

    internal X509Certificate2 IssueServerCertificate()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        return Issue(new X500DistinguishedName("CN=localhost"), ServerAuthentication, Lifetime, names.Build());
    }

    public void Dispose() => _root.Dispose();

    private X509Certificate2 Issue(X500DistinguishedName subject, string usage, TimeSpan lifetime, X509Extension? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (names is not null)
            request.CertificateExtensions.Add(names);
        var until = DateTimeOffset.UtcNow + lifetime;
        using var issued = request.Create(_root, _root.NotBefore, until < _root.NotAfter ? until : _root.NotAfter, Serial());
        using var withKey = issued.CopyWithPrivateKey(key);
        // Through PKCS#12, because TLS on Windows and macOS takes no ephemeral key.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7f | 0x01); // a positive number without leading zeros
        return serial;
    }
}
