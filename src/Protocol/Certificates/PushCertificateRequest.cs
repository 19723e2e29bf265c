using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mdm.Fleet.Protocol.Certificates;

/// <summary>A signing request for a push certificate, and the key that stays with us until Apple's answer comes.</summary>
public sealed record PushCertificateRequest(byte[] Der, byte[] KeyPkcs8)
{
    public string Pem => PemEncoding.WriteString("CERTIFICATE REQUEST", Der);

    /// <summary>RSA 2048, as the portal asks for. The portal sets the subject; the name only helps people to tell requests apart.</summary>
    public static PushCertificateRequest Create(string commonName)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(
            CertificateAuthority.Name(commonName), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return new PushCertificateRequest(request.CreateSigningRequest(), key.ExportPkcs8PrivateKey());
    }

    /// <summary>
    /// What the portal takes: base64 of a property list with the request, the vendor's chain (vendor first, root last) and
    /// the vendor's signature, SHA-256 with RSA over the request's DER (protocol notes, section 4).
    /// </summary>
    public static string VendorSigned(byte[] requestDer, X509Certificate2 vendorWithKey, IEnumerable<X509Certificate2> above)
    {
        using var key = vendorWithKey.GetRSAPrivateKey()
            ?? throw new CertificateFormatException(CertificateFault.NoPrivateKey, "The vendor's certificate needs its RSA key.");
        var signature = key.SignData(requestDer, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var chain = string.Join('\n', above.Prepend(vendorWithKey).Select(c => c.ExportCertificatePem()));
        var list = $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0">
            <dict>
            <key>PushCertRequestCSR</key>
            <string>{Convert.ToBase64String(requestDer)}</string>
            <key>PushCertCertificateChain</key>
            <string>{chain}</string>
            <key>PushCertSignature</key>
            <string>{Convert.ToBase64String(signature)}</string>
            </dict>
            </plist>

            """;
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(list));
    }

    public override string ToString() => "PushCertificateRequest";
}
