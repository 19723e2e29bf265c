using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;

namespace Mdm.Fleet.Protocol.Scep;

/// <summary>The authenticated attributes of SCEP and their encodings (RFC 8894, section 3.2.1).</summary>
internal static class ScepAttributes
{
    public const string MessageType = "2.16.840.1.113733.1.9.2";
    public const string PkiStatus = "2.16.840.1.113733.1.9.3";
    public const string FailInfo = "2.16.840.1.113733.1.9.4";
    public const string SenderNonce = "2.16.840.1.113733.1.9.5";
    public const string RecipientNonce = "2.16.840.1.113733.1.9.6";
    public const string TransactionId = "2.16.840.1.113733.1.9.7";

    public static AsnEncodedData Text(string oid, string value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.PrintableString, value);
        return new AsnEncodedData(oid, writer.Encode());
    }

    public static AsnEncodedData Number<T>(string oid, T value)
        where T : struct, Enum => Text(oid, value.ToString("D"));

    public static AsnEncodedData Bytes(string oid, ReadOnlySpan<byte> value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(value);
        return new AsnEncodedData(oid, writer.Encode());
    }

    /// <summary>The encoded single value of an attribute; null when absent.</summary>
    public static byte[]? Find(SignerInfo signer, string oid)
    {
        var found = signer.SignedAttributes.Cast<CryptographicAttributeObject>().Where(a => a.Oid.Value == oid).ToList();
        return found switch
        {
            [] => null,
            [{ Values.Count: 1 } single] => single.Values[0].RawData,
            _ => throw new ScepException(ScepFault.BadAttribute, "Attribute " + oid + " has not exactly one value."),
        };
    }

    public static byte[] Require(SignerInfo signer, string oid) =>
        Find(signer, oid) ?? throw new ScepException(ScepFault.MissingAttribute, "Attribute " + oid + " is missing.");

    /// <summary>A number written as text, which must be a value of the enumeration.</summary>
    public static T? ReadNumber<T>(byte[] encoded)
        where T : struct, Enum =>
        int.TryParse(ReadText(encoded), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Enum.IsDefined(typeof(T), number) ? (T)Enum.ToObject(typeof(T), number) : null;

    public static byte[] ReadBytes(byte[] encoded)
    {
        var reader = new AsnReader(encoded, AsnEncodingRules.BER);
        var value = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        return value;
    }

    /// <summary>PrintableString is the rule; clients also write UTF8String, IA5String, T61String and BMPString.</summary>
    public static string ReadText(byte[] encoded)
    {
        var reader = new AsnReader(encoded, AsnEncodingRules.BER);
        var tag = reader.PeekTag();
        if (tag.TagClass != TagClass.Universal) throw new AsnContentException("Not a character string.");
        var kind = (UniversalTagNumber)tag.TagValue;
        var text = reader.ReadCharacterString(kind);
        reader.ThrowIfNotEmpty();
        return text;
    }

    public static bool IsPlain(string text) => Encoding.UTF8.GetByteCount(text) == text.Length && !text.Any(char.IsControl);
}
