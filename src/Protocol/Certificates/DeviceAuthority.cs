using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Protocol.Certificates;

/// <summary>
/// The authority behind SCEP. Its one certificate signs devices' certificates and answers, and its RSA key opens their
/// envelopes, so that keyEncipherment is among its usages (protocol notes, section 13).
/// </summary>
public sealed class DeviceAuthority : IDisposable
{
    /// <summary>The common name of every certificate that we issue to a device.</summary>
    public const string DeviceName = "Mdm.Fleet device";

    private const X509KeyUsageFlags Usage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign
        | X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment;

    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly CertificateAuthority authority;

    private DeviceAuthority(CertificateAuthority authority) => this.authority = authority;

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate => authority.Certificate;

    /// <summary>Makes a new authority; <paramref name="keyBits"/> is 2048 or 3072.</summary>
    public static DeviceAuthority Create(string name, DateTimeOffset now, TimeSpan validity, int keyBits = 3072) =>
        new(CertificateAuthority.Create(name, now, validity, keyBits, Usage));

    /// <exception cref="CertificateFormatException">The bytes are no certificate and RSA key that belong together.</exception>
    public static DeviceAuthority Import(StoredIdentity stored) => new(CertificateAuthority.Import(stored));

    public StoredIdentity Export() => authority.Export();

    /// <summary>
    /// Issues a client certificate for a device's key. The subject is ours, bound to the enrolment; what the device asked for is not used.
    /// A <paramref name="serial"/> of 9 to 20 bytes makes it reproducible; otherwise it is random.
    /// </summary>
    public X509Certificate2 IssueDevice(
        PublicKey deviceKey, EnrollmentReference reference, DateTimeOffset now, TimeSpan validity, ReadOnlySpan<byte> serial = default)
    {
        var usage = deviceKey.Oid.Value == "1.2.840.113549.1.1.1"
            ? X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.DigitalSignature;
        var request = new CertificateRequest(SubjectOf(reference), deviceKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ClientAuthentication], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(deviceKey, critical: false));
        return authority.Issue(request, now, validity, serial);
    }

    public void Dispose() => authority.Dispose();

    private static X500DistinguishedName SubjectOf(EnrollmentReference reference)
    {
        var name = new X500DistinguishedNameBuilder();
        name.Add(EnrollmentReference.SubjectOid, reference.Value);
        name.AddCommonName(DeviceName);
        return name.Build();
    }
}
