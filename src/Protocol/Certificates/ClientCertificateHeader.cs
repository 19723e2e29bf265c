using System.Formats.Asn1;
using System.Security.Cryptography;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Protocol.Certificates;

/// <summary>
/// The client certificate as a proxy forwards it: RFC 9440 (<c>:base64:</c>) or PEM, url-escaped or not.
/// Only for a header that comes from a trusted proxy; who that is, the caller knows.
/// </summary>
public static class ClientCertificateHeader
{
    public const int HeaderCharsMax = 16 * 1024;

    private const string PemLabel = "CERTIFICATE";

    /// <summary>Returns the certificate's DER bytes: one ASN.1 sequence, not yet judged as a certificate.</summary>
    /// <exception cref="CertificateFormatException">Empty, too long, or neither form.</exception>
    public static byte[] Parse(string header)
    {
        if (header.Length > HeaderCharsMax) throw new CertificateFormatException(CertificateFault.TooLarge, "The header is too long.");
        var text = header.AsSpan().Trim();
        if (text.IsEmpty) throw new CertificateFormatException(CertificateFault.Empty, "The header is empty.");
        var der = text[0] == ':' ? FromByteSequence(text) : FromPem(Uri.UnescapeDataString(text));
        RequireOneSequence(der);
        return der;
    }

    private static byte[] FromByteSequence(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[^1] != ':')
            throw new CertificateFormatException(CertificateFault.NotBase64, "A byte sequence ends with a colon (RFC 9440).");
        return FromBase64(text[1..^1]);
    }

    private static byte[] FromPem(ReadOnlySpan<char> text)
    {
        if (!PemEncoding.TryFind(text, out var fields) || !text[fields.Label].SequenceEqual(PemLabel))
            throw new CertificateFormatException(CertificateFault.NotPem, "The header is neither :base64: nor a PEM certificate.");
        var rest = text[fields.Location.End..].Trim();
        if (!rest.IsEmpty || !text[..fields.Location.Start.Value].Trim().IsEmpty)
            throw new CertificateFormatException(CertificateFault.MoreThanOne, "The header holds more than one certificate.");
        return FromBase64(text[fields.Base64Data]);
    }

    private static byte[] FromBase64(ReadOnlySpan<char> text)
    {
        var buffer = new byte[text.Length / 4 * 3 + 3];
        return Convert.TryFromBase64Chars(text, buffer, out var length)
            ? buffer[..length]
            : throw new CertificateFormatException(CertificateFault.NotBase64, "The header's content is not base64.");
    }

    private static void RequireOneSequence(byte[] der)
    {
        try
        {
            AsnDecoder.ReadSequence(der, AsnEncodingRules.DER, out _, out _, out var consumed);
            if (consumed != der.Length)
                throw new CertificateFormatException(CertificateFault.MoreThanOne, "Bytes follow the certificate.");
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new CertificateFormatException(CertificateFault.Malformed, "The header's content is no certificate.", e);
        }
    }
}
