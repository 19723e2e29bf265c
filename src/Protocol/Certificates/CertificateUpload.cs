using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Certificates;

/// <summary>Reads certificates and keys that an admin uploads; used for push and for HTTPS.</summary>
public static class CertificateUpload
{
    /// <summary>A file with a chain and a key stays far below this.</summary>
    public const int FileBytesMax = 256 * 1024;

    /// <summary>A certificate with its key from PEM; both may stand in the same text.</summary>
    /// <exception cref="CertificateFormatException">Not PEM, no key, wrong password, key of another certificate.</exception>
    public static X509Certificate2 Pem(string certificatePem, string keyPem, string? password = null)
    {
        Bound(certificatePem.Length + keyPem.Length);
        RequireBlock(certificatePem, "CERTIFICATE", CertificateFault.NotPem);
        RequireBlock(keyPem, "PRIVATE KEY", CertificateFault.NoPrivateKey);
        try
        {
            using var bare = X509Certificate2.CreateFromPem(certificatePem);
            return bare.PublicKey.Oid.Value == CmsAlgorithms.RsaEncryption
                ? Join(RSA.Create(), bare.CopyWithPrivateKey, keyPem, password)
                : Join(ECDsa.Create(), bare.CopyWithPrivateKey, keyPem, password);
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new CertificateFormatException(CertificateFault.KeyMismatch, "The key is damaged or of another certificate.", e);
        }
    }

    /// <summary>A certificate with its key from a PKCS#12 file.</summary>
    /// <exception cref="CertificateFormatException">Broken, wrong password, or no key.</exception>
    public static X509Certificate2 Pkcs12(byte[] file, string? password)
    {
        Bound(file.Length);
        try
        {
            var found = X509CertificateLoader.LoadPkcs12Collection(file, password, X509KeyStorageFlags.Exportable)
                .FirstOrDefault(c => c.HasPrivateKey);
            return found ?? throw new CertificateFormatException(CertificateFault.NoPrivateKey, "The file holds no private key.");
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new CertificateFormatException(CertificateFault.WrongPassword, "The file is broken or the password is wrong.", e);
        }
    }

    /// <summary>The DER bytes of one certificate that came as PEM or DER.</summary>
    /// <exception cref="CertificateFormatException">No certificate.</exception>
    public static byte[] Der(byte[] pemOrDer)
    {
        Bound(pemOrDer.Length);
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(pemOrDer);
            return certificate.RawData;
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new CertificateFormatException(CertificateFault.Malformed, "The file is no certificate.", e);
        }
    }

    private static X509Certificate2 Join<T>(T key, Func<T, X509Certificate2> copy, string pem, string? password)
        where T : AsymmetricAlgorithm
    {
        using (key)
        {
            if (pem.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal)) Decrypt(key, pem, password);
            else key.ImportFromPem(KeyBlock(pem));
            return copy(key);
        }
    }

    private static void Decrypt(AsymmetricAlgorithm key, string pem, string? password)
    {
        try
        {
            key.ImportFromEncryptedPem(pem, password ?? "");
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new CertificateFormatException(CertificateFault.WrongPassword, "The key's password is wrong.", e);
        }
    }

    /// <summary>The first block that is a private key, since the text may also hold certificates and EC parameters.</summary>
    private static ReadOnlySpan<char> KeyBlock(ReadOnlySpan<char> text)
    {
        var rest = text;
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label].EndsWith("PRIVATE KEY")) return rest[fields.Location];
            rest = rest[fields.Location.End..];
        }

        return text;
    }

    private static void RequireBlock(string text, string label, CertificateFault otherwise)
    {
        if (!text.Contains(label + "-----", StringComparison.Ordinal))
            throw new CertificateFormatException(otherwise, "The text has no PEM block " + label + ".");
    }

    private static void Bound(int length)
    {
        if (length > FileBytesMax) throw new CertificateFormatException(CertificateFault.TooLarge, "The file is too large.");
        if (length == 0) throw new CertificateFormatException(CertificateFault.Empty, "The file is empty.");
    }
}
