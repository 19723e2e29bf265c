using System.Formats.Asn1;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>A SignedData that only carries certificates and has no signer (RFC 8894, section 3.4).</summary>
internal static class CertificatesOnly
{
    private const string Data = "1.2.840.113549.1.7.1";
    private const string SignedData = "1.2.840.113549.1.7.2";
    private static readonly Asn1Tag Tagged = new(TagClass.ContextSpecific, 0, isConstructed: true);

    public static byte[] Write(params X509Certificate2[] certificates)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedData);
            using (writer.PushSequence(Tagged))
            using (writer.PushSequence())
                WriteBody(writer, certificates);
        }

        return writer.Encode();
    }

    /// <exception cref="ScepException">No such message, or no certificate in it.</exception>
    public static X509Certificate2Collection Read(byte[] encoded)
    {
        try
        {
            var cms = new SignedCms();
            cms.Decode(encoded);
            return cms.Certificates is { Count: > 0 } found
                ? found : throw new ScepException(ScepFault.UnexpectedAnswer, "No certificate came.");
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new ScepException(ScepFault.Malformed, "The certificates are malformed.", null, e);
        }
    }

    private static void WriteBody(AsnWriter writer, X509Certificate2[] certificates)
    {
        writer.WriteInteger(1);
        using (writer.PushSetOf()) { }
        using (writer.PushSequence()) writer.WriteObjectIdentifier(Data);
        using (writer.PushSetOf(Tagged))
        {
            foreach (var certificate in certificates) writer.WriteEncodedValue(certificate.RawData);
        }

        using (writer.PushSetOf()) { }
    }
}
