using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Protocol.Cms;

/// <summary>
/// Writes a SignedData with one RSA signer and given signed attributes. The framework's writer refuses a message without
/// content, which is what a SCEP failure is (RFC 8894, section 3.3.2).
/// </summary>
internal static class SignedDataWriter
{
    private const string Data = "1.2.840.113549.1.7.1";
    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string ContentType = "1.2.840.113549.1.9.3";
    private const string MessageDigest = "1.2.840.113549.1.9.4";

    private static readonly Asn1Tag Tagged = new(TagClass.ContextSpecific, 0, isConstructed: true);

    public static byte[] Write(byte[]? content, IEnumerable<AsnEncodedData> attributes, X509Certificate2 signer, string digestOid)
    {
        var hash = HashAlgorithmName.FromOid(digestOid);
        var signed = SignedAttributes(attributes, CryptographicOperations.HashData(hash, content ?? []));
        using var key = signer.GetRSAPrivateKey()!;
        var signature = key.SignData(signed, hash, RSASignaturePadding.Pkcs1);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedData);
            using (writer.PushSequence(Tagged))
            using (writer.PushSequence())
            {
                WriteContent(writer, content, digestOid);
                using (writer.PushSetOf(Tagged)) writer.WriteEncodedValue(signer.RawData);
                using (writer.PushSetOf()) WriteSigner(writer, signer, digestOid, signed, signature);
            }
        }

        return writer.Encode();
    }

    /// <summary>As a SET OF, which is the form that is signed (RFC 5652, section 5.4).</summary>
    private static byte[] SignedAttributes(IEnumerable<AsnEncodedData> given, byte[] digest)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            WriteAttribute(writer, ContentType, w => w.WriteObjectIdentifier(Data));
            WriteAttribute(writer, MessageDigest, w => w.WriteOctetString(digest));
            foreach (var attribute in given) WriteAttribute(writer, attribute.Oid!.Value!, w => w.WriteEncodedValue(attribute.RawData));
        }

        return writer.Encode();
    }

    private static void WriteAttribute(AsnWriter writer, string oid, Action<AsnWriter> value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSetOf()) value(writer);
        }
    }

    private static void WriteContent(AsnWriter writer, byte[]? content, string digestOid)
    {
        writer.WriteInteger(1);
        using (writer.PushSetOf()) WriteAlgorithm(writer, digestOid);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Data);
            if (content is null) return;
            using (writer.PushSequence(Tagged)) writer.WriteOctetString(content);
        }
    }

    private static void WriteSigner(AsnWriter writer, X509Certificate2 signer, string digestOid, byte[] signedAttributes, byte[] signature)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(signer.IssuerName.RawData);
                writer.WriteInteger(signer.SerialNumberBytes.Span);
            }

            WriteAlgorithm(writer, digestOid);
            // Within the message the same bytes carry the tag [0] in place of SET OF.
            writer.WriteEncodedValue([0xA0, .. signedAttributes.AsSpan(1)]);
            WriteAlgorithm(writer, CmsAlgorithms.RsaEncryption);
            writer.WriteOctetString(signature);
        }
    }

    private static void WriteAlgorithm(AsnWriter writer, string oid)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            writer.WriteNull();
        }
    }
}
