using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Certificates;

/// <summary>A certificate and its key as stored: DER and PKCS#8, not encrypted; encryption at rest is the caller's.</summary>
public sealed record StoredIdentity(byte[] CertificateDer, byte[] KeyPkcs8)
{
    /// <summary>Takes apart a certificate that carries an RSA or EC key.</summary>
    public static StoredIdentity From(X509Certificate2 withKey)
    {
        using AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)withKey.GetRSAPrivateKey() ?? withKey.GetECDsaPrivateKey();
        return key is null
            ? throw new CertificateFormatException(CertificateFault.NoPrivateKey, "The certificate has no RSA or EC key.")
            : new StoredIdentity(withKey.RawData, key.ExportPkcs8PrivateKey());
    }

    /// <exception cref="CertificateFormatException">The bytes are no certificate and key that belong together.</exception>
    public X509Certificate2 Load()
    {
        try
        {
            using var bare = X509CertificateLoader.LoadCertificate(CertificateDer);
            return KeyPair.Join(bare, KeyPkcs8);
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new CertificateFormatException(CertificateFault.KeyMismatch, "The key does not belong to the certificate.", e);
        }
    }

    public override string ToString() => "StoredIdentity";
}

/// <summary>Joins a certificate with its key, RSA or EC.</summary>
internal static class KeyPair
{
    public static X509Certificate2 Join(X509Certificate2 bare, ReadOnlySpan<byte> pkcs8)
    {
        if (bare.PublicKey.Oid.Value == CmsAlgorithms.RsaEncryption)
        {
            using var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(pkcs8, out _);
            return bare.CopyWithPrivateKey(rsa);
        }

        using var ec = ECDsa.Create();
        ec.ImportPkcs8PrivateKey(pkcs8, out _);
        return bare.CopyWithPrivateKey(ec);
    }
}
