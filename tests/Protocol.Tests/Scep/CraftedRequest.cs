using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Tests.Certificates;

namespace Mdm.Fleet.Protocol.Tests.Scep;

/// <summary>A PKIOperation request of which each part can be made wrong; as it stands it is good.</summary>
internal sealed class CraftedRequest
{
    public const string MessageType = "2.16.840.1.113733.1.9.2";
    public const string SenderNonce = "2.16.840.1.113733.1.9.5";
    public const string TransactionId = "2.16.840.1.113733.1.9.7";

    private static readonly X509Certificate2 Signer = SelfSigned(Authorities.DeviceKey);

    public List<AsnEncodedData> Attributes { get; } =
    [
        Text(MessageType, "19"),
        Text(TransactionId, "t-1"),
        Octets(SenderNonce, 16),
    ];

    public X509Certificate2[] Signers { get; init; } = [Signer];

    public X509Certificate2 Recipient { get; init; } = Authorities.Devices.Certificate;

    public byte[] Content { get; init; } = SigningRequest(Authorities.DeviceKey, "secret");

    /// <summary>Replaces the envelope as a whole.</summary>
    public byte[]? Envelope { get; init; }

    public static X509Certificate2 SelfSigned(RSA key) =>
        new CertificateRequest("CN=device", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

    public static byte[] SigningRequest(RSA key, params string[] challenges) =>
        SigningRequest(new CertificateRequest("CN=device", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), challenges);

    public static byte[] SigningRequest(CertificateRequest request, params string[] challenges)
    {
        foreach (var challenge in challenges)
            request.OtherRequestAttributes.Add(Text("1.2.840.113549.1.9.7", challenge, UniversalTagNumber.UTF8String));
        return request.CreateSigningRequest();
    }

    public static AsnEncodedData Text(string oid, string value, UniversalTagNumber kind = UniversalTagNumber.PrintableString)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(kind, value);
        return new AsnEncodedData(oid, writer.Encode());
    }

    public static AsnEncodedData Octets(string oid, int length)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(new byte[length]);
        return new AsnEncodedData(oid, writer.Encode());
    }

    public CraftedRequest With(AsnEncodedData attribute)
    {
        Without(attribute.Oid!.Value!).Attributes.Add(attribute);
        return this;
    }

    public CraftedRequest Without(string oid)
    {
        Attributes.RemoveAll(a => a.Oid!.Value == oid);
        return this;
    }

    public byte[] Encode()
    {
        var cms = new SignedCms(new ContentInfo(Envelope ?? Seal()), detached: false);
        foreach (var certificate in Signers)
        {
            var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate)
            {
                IncludeOption = X509IncludeOption.EndCertOnly,
            };
            foreach (var attribute in Attributes) signer.SignedAttributes.Add(attribute);
            cms.ComputeSignature(signer, silent: true);
        }

        return cms.Encode();
    }

    private byte[] Seal()
    {
        var envelope = new EnvelopedCms(new ContentInfo(Content));
        envelope.Encrypt(new CmsRecipient(SubjectIdentifierType.IssuerAndSerialNumber, Recipient));
        return envelope.Encode();
    }
}
