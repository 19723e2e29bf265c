using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Grains.Push;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Frontend.Keys;

/// <summary>The push certificate and the key of a signing request as they cross the grain's contract: sealed.</summary>
public static class SealedPushKeys
{
    private const string CertificateName = "push/certificate";
    private const string RequestName = "push/request";

    /// <summary>What the grain keeps of an uploaded certificate.</summary>
    public static PushCertificateView Seal(this SecretBox box, PushCertificate certificate) => new(
        certificate.Topic,
        certificate.AppleAccount,
        certificate.NotBefore,
        certificate.NotAfter,
        box.Seal(certificate.Certificate.Export(X509ContentType.Pkcs12), CertificateName),
        null);

    /// <exception cref="SecretUnreadableException">Sealed with another master key.</exception>
    public static PushCertificate Open(this SecretBox box, PushCertificateView view) =>
        PushCertificate.FromPkcs12(box.Open(view.SealedPkcs12.Span, CertificateName), null);

    /// <summary>Seals the key of a signing request.</summary>
    public static byte[] SealRequestKey(this SecretBox box, PushCertificateRequest request) => box.Seal(request.KeyPkcs8, RequestName);

    /// <summary>Opens the key of a signing request: PKCS#8.</summary>
    public static byte[] OpenRequestKey(this SecretBox box, ReadOnlyMemory<byte> sealedKey) => box.Open(sealedKey.Span, RequestName);
}
