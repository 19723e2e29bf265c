using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Certificates;

/// <summary>An RSA authority that signs its own certificate and those of others.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    /// <summary>Clocks of devices differ: a certificate is valid a little before it was made.</summary>
    private static readonly TimeSpan Backdating = TimeSpan.FromHours(1);

    private CertificateAuthority(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    public static CertificateAuthority Create(
        string name, DateTimeOffset now, TimeSpan validity, int keyBits, X509KeyUsageFlags usage)
    {
        using var key = RSA.Create(keyBits);
        var request = new CertificateRequest(Name(name), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new CertificateAuthority(request.CreateSelfSigned(now - Backdating, now + validity));
    }

    /// <exception cref="CertificateFormatException">The bytes are no certificate and RSA key that belong together.</exception>
    public static CertificateAuthority Import(StoredIdentity stored)
    {
        var certificate = stored.Load();
        return certificate.PublicKey.Oid.Value == CmsAlgorithms.RsaEncryption
            ? new CertificateAuthority(certificate)
            : throw new CertificateFormatException(CertificateFault.KeyMismatch, "The stored authority has no RSA key.");
    }

    public StoredIdentity Export() => StoredIdentity.From(Certificate);

    /// <summary>Signs the request. The serial number is random, 127 bit, unless given; the end is never after our own.</summary>
    public X509Certificate2 Issue(CertificateRequest request, DateTimeOffset now, TimeSpan validity, ReadOnlySpan<byte> serial = default)
    {
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
                Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var end = new DateTimeOffset(Certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        var start = new DateTimeOffset(Certificate.NotBefore.ToUniversalTime(), TimeSpan.Zero);
        var notBefore = now - Backdating < start ? start : now - Backdating;
        var notAfter = now + validity > end ? end : now + validity;
        // A key object of one's own for each act: the framework promises no more than that.
        using var key = Certificate.GetRSAPrivateKey()!;
        return request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1),
            notBefore, notAfter, serial.IsEmpty ? RandomSerial() : PositiveSerial(serial));
    }

    public void Dispose() => Certificate.Dispose();

    public static X500DistinguishedName Name(string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        return name.Build();
    }

    private static byte[] RandomSerial() => PositiveSerial(RandomNumberGenerator.GetBytes(16));

    private static byte[] PositiveSerial(ReadOnlySpan<byte> chance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chance.Length, 9);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(chance.Length, 20);
        var serial = chance.ToArray();
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}
