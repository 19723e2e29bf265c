using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Protocol.Certificates;

/// <summary>
/// The certificate with its key by which APNs knows this server. Its topic is the subject's user id
/// (0.9.2342.19200300.100.1.1) and stands in every enrolled device, so that a renewal must keep it (protocol notes, section 4).
/// </summary>
public sealed class PushCertificate
{
    public const string TopicPrefix = "com.apple.mgmt.";

    private const string UserIdOid = "0.9.2342.19200300.100.1.1";
    private const string EmailOid = "1.2.840.113549.1.9.1";

    private PushCertificate(X509Certificate2 certificate, string topic)
    {
        Certificate = certificate;
        Topic = topic;
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    public string Topic { get; }

    public DateTimeOffset NotBefore => Certificate.NotBefore.ToUniversalTime();

    public DateTimeOffset NotAfter => Certificate.NotAfter.ToUniversalTime();

    /// <summary>An e-mail address in the subject, where there is one; Apple's certificates usually name no account.</summary>
    public string? AppleAccount => Subject.Values(Certificate.SubjectName, EmailOid) is [var first, ..] ? first : null;

    /// <summary>Reads a PEM certificate and its PEM key, which may stand in the same text; the password is for an encrypted key.</summary>
    /// <exception cref="CertificateFormatException">Not PEM, no key, wrong password, key of another certificate, no topic.</exception>
    public static PushCertificate FromPem(string certificatePem, string keyPem, string? password = null) =>
        From(CertificateUpload.Pem(certificatePem, keyPem, password));

    /// <summary>Reads a PKCS#12 file.</summary>
    /// <exception cref="CertificateFormatException">Broken, wrong password, no key, no topic.</exception>
    public static PushCertificate FromPkcs12(byte[] file, string? password) => From(CertificateUpload.Pkcs12(file, password));

    /// <summary>Joins what Apple answered (PEM or DER) with the key kept from <see cref="PushCertificateRequest"/>.</summary>
    /// <exception cref="CertificateFormatException">No certificate, key of another certificate, no topic.</exception>
    public static PushCertificate FromAnswer(byte[] certificate, byte[] keyPkcs8) =>
        From(new StoredIdentity(CertificateUpload.Der(certificate), keyPkcs8).Load());

    /// <exception cref="CertificateFormatException">Damaged, or no topic.</exception>
    public static PushCertificate Import(StoredIdentity stored) => From(stored.Load());

    public StoredIdentity Export() => StoredIdentity.From(Certificate);

    /// <summary>Refuses a certificate that may not take the place of <paramref name="current"/> at this moment.</summary>
    /// <exception cref="CertificateFormatException">Another topic, which would orphan every device, or already expired.</exception>
    public void RequireRenewalOf(PushCertificate current, DateTimeOffset now)
    {
        if (Topic != current.Topic)
            throw new CertificateFormatException(CertificateFault.OtherTopic, "A renewal must keep the topic " + current.Topic + ".");
        RequireValid(now);
    }

    /// <exception cref="CertificateFormatException">Expired.</exception>
    public void RequireValid(DateTimeOffset now)
    {
        if (now > NotAfter)
            throw new CertificateFormatException(CertificateFault.Expired, $"The push certificate expired on {NotAfter:yyyy-MM-dd}.");
    }

    private static PushCertificate From(X509Certificate2 certificate)
    {
        if (!certificate.HasPrivateKey)
            throw new CertificateFormatException(CertificateFault.NoPrivateKey, "The push certificate came without its key.");
        if (Subject.Values(certificate.SubjectName, UserIdOid) is not [var topic] || !IsTopic(topic))
            throw new CertificateFormatException(CertificateFault.NoTopic, "The subject names no topic: this is no MDM push certificate.");
        return new PushCertificate(certificate, topic);
    }

    private static bool IsTopic(string text) =>
        text.Length is > 15 and <= 256 && text.StartsWith(TopicPrefix, StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');
}
