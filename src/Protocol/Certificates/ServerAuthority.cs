using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Protocol.Certificates;

/// <summary>
/// The authority made at first start where nobody gives server certificates: it issues those for HTTPS and for signing profiles.
/// </summary>
public sealed class ServerAuthority : IDisposable
{
    /// <summary>Apple's systems refuse server certificates that are valid longer (support.apple.com/103769).</summary>
    public static readonly TimeSpan ServerValidityMax = TimeSpan.FromDays(825);

    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly CertificateAuthority authority;

    private ServerAuthority(CertificateAuthority authority) => this.authority = authority;

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate => authority.Certificate;

    public static ServerAuthority Create(string name, DateTimeOffset now, TimeSpan validity, int keyBits = 3072) =>
        new(CertificateAuthority.Create(name, now, validity, keyBits, X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign));

    /// <exception cref="CertificateFormatException">The bytes are no certificate and RSA key that belong together.</exception>
    public static ServerAuthority Import(StoredIdentity stored) => new(CertificateAuthority.Import(stored));

    public StoredIdentity Export() => authority.Export();

    /// <summary>Issues a P-256 certificate with its key for DNS names and IP addresses, as text; at most 825 days.</summary>
    public X509Certificate2 IssueServer(IReadOnlyList<string> namesAndAddresses, DateTimeOffset now, TimeSpan validity)
    {
        ArgumentOutOfRangeException.ThrowIfZero(namesAndAddresses.Count);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The names that count are the alternative ones; a common name has room for 64 characters only.
        var common = namesAndAddresses[0] is { Length: <= 64 } first ? first : "server";
        var request = new CertificateRequest(CertificateAuthority.Name(common), key, HashAlgorithmName.SHA256);
        AddLeafExtensions(request, X509KeyUsageFlags.DigitalSignature);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ServerAuthentication], critical: false));
        request.CertificateExtensions.Add(AlternativeNames(namesAndAddresses));
        using var bare = authority.Issue(request, now, validity > ServerValidityMax ? ServerValidityMax : validity);
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>Issues an RSA certificate with its key for signing profiles.</summary>
    public X509Certificate2 IssueProfileSigner(string name, DateTimeOffset now, TimeSpan validity)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(CertificateAuthority.Name(name), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        AddLeafExtensions(request, X509KeyUsageFlags.DigitalSignature);
        using var bare = authority.Issue(request, now, validity);
        return bare.CopyWithPrivateKey(key);
    }

    public void Dispose() => authority.Dispose();

    private static void AddLeafExtensions(CertificateRequest request, X509KeyUsageFlags usage)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
    }

    private static X509Extension AlternativeNames(IReadOnlyList<string> namesAndAddresses)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in namesAndAddresses)
        {
            if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(name);
        }

        return names.Build();
    }
}
