using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography.Xml;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>How an envelope's content is enciphered, in CBC mode. DES and 3DES are legacy.</summary>
public enum ScepCipher
{
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
    Des,
}

/// <summary>An opened envelope: what was within, and by which cipher, so that the answer uses the same.</summary>
internal sealed record OpenedEnvelope(byte[] Content, ScepCipher Cipher);

/// <summary>EnvelopedData for one RSA certificate (RFC 8894, section 3.1).</summary>
internal static class ScepEnvelope
{
    private const int RecipientsMax = 4;

    public static byte[] Seal(byte[] content, X509Certificate2 recipient, ScepCipher cipher)
    {
        var cms = new EnvelopedCms(new ContentInfo(content), new AlgorithmIdentifier(new Oid(CipherOid(cipher))));
        cms.Encrypt(new CmsRecipient(SubjectIdentifierType.IssuerAndSerialNumber, recipient));
        return cms.Encode();
    }

    /// <summary>Opens what was sealed to <paramref name="recipient"/>, which has its key.</summary>
    /// <exception cref="ScepException">
    /// Whatever fails from the recipient's key on is one fault with one text: who asks must not learn how far we came.
    /// </exception>
    public static OpenedEnvelope Open(byte[] encoded, X509Certificate2 recipient, bool allowLegacy)
    {
        try
        {
            var cms = new EnvelopedCms();
            cms.Decode(encoded);
            var cipher = CipherOf(cms.ContentEncryptionAlgorithm.Oid.Value, allowLegacy);
            using var key = recipient.GetRSAPrivateKey();
            cms.Decrypt(Find(cms.RecipientInfos, recipient), key);
            return new OpenedEnvelope(cms.ContentInfo.Content, cipher);
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new ScepException(ScepFault.Undecryptable, "The envelope cannot be opened.", null, e);
        }
    }

    private static RecipientInfo Find(RecipientInfoCollection recipients, X509Certificate2 ours)
    {
        if (recipients.Count > RecipientsMax) throw new CryptographicException("Too many recipients.");
        return recipients.Cast<RecipientInfo>().FirstOrDefault(r => IsFor(r.RecipientIdentifier, ours))
            ?? throw new CryptographicException("The envelope is for somebody else.");
    }

    private static bool IsFor(SubjectIdentifier identifier, X509Certificate2 ours) => identifier.Value switch
    {
        X509IssuerSerial named => named.SerialNumber == ours.SerialNumber && named.IssuerName == ours.Issuer,
        string id => ours.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any(e => e.SubjectKeyIdentifier == id),
        _ => false,
    };

    private static ScepCipher CipherOf(string? oid, bool allowLegacy)
    {
        foreach (var cipher in Enum.GetValues<ScepCipher>())
        {
            if (CipherOid(cipher) == oid && (allowLegacy || cipher is not (ScepCipher.Des or ScepCipher.TripleDes))) return cipher;
        }

        throw new ScepException(ScepFault.WeakAlgorithm, "The envelope's cipher is not accepted.");
    }

    private static string CipherOid(ScepCipher cipher) => cipher switch
    {
        ScepCipher.Aes128 => "2.16.840.1.101.3.4.1.2",
        ScepCipher.Aes192 => "2.16.840.1.101.3.4.1.22",
        ScepCipher.Aes256 => "2.16.840.1.101.3.4.1.42",
        ScepCipher.TripleDes => "1.2.840.113549.3.7",
        ScepCipher.Des => "1.3.14.3.2.7",
        _ => throw new ArgumentOutOfRangeException(nameof(cipher)),
    };
}
