using System.Formats.Asn1;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Protocol.Cms;

/// <summary>A SignedData with exactly one signer whose signature is valid. Says nothing about trust in the signer.</summary>
internal sealed class SignedMessage
{
    /// <summary>More certificates than any chain needs are an attempt to make us work.</summary>
    private const int CertificatesMax = 8;

    private SignedMessage(SignedCms cms, SignerInfo signer, X509Certificate2 certificate)
    {
        Cms = cms;
        Signer = signer;
        Certificate = certificate;
    }

    public SignedCms Cms { get; }

    public SignerInfo Signer { get; }

    public X509Certificate2 Certificate { get; }

    public string DigestOid => Signer.DigestAlgorithm.Value ?? "";

    /// <summary>Decodes and verifies content that is within the message.</summary>
    /// <exception cref="CmsException">Malformed, more or fewer than one signer, no certificate, weak algorithm, bad signature.</exception>
    public static SignedMessage OpenAttached(byte[] encoded, bool allowSha1) =>
        Open(encoded, has => has ? null : throw WrongPlace(), allowSha1);

    /// <summary>
    /// The same for content that stands apart. A message that also holds content is refused: the framework would hash both,
    /// so that a signature over the whole of a body could pass for one over its end.
    /// </summary>
    public static SignedMessage OpenDetached(byte[] encoded, byte[] content, bool allowSha1) =>
        Open(encoded, has => has ? throw WrongPlace() : content, allowSha1);

    /// <summary>The same for a message whose content may be absent, as in a SCEP answer that brings nothing.</summary>
    public static SignedMessage OpenAttachedOrNone(byte[] encoded, bool allowSha1) => Open(encoded, has => has ? null : [], allowSha1);

    /// <param name="contentApart">Told whether the message holds content, gives what is apart.</param>
    private static SignedMessage Open(byte[] encoded, Func<bool, byte[]?> contentApart, bool allowSha1)
    {
        try
        {
            var apart = contentApart(HoldsContent(encoded));
            var cms = apart is null ? new SignedCms() : new SignedCms(new ContentInfo(apart), detached: true);
            cms.Decode(encoded);
            var message = Verify(cms);
            message.RequireStrongAlgorithms(allowSha1);
            return message;
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new CmsException(CmsFault.Malformed, "The message is no well-formed SignedData.", e);
        }
    }

    /// <summary>
    /// Walks over a SignedData (RFC 5652, section 5.1) to its optional content and its certificates, before anything costly is done
    /// with them. Bytes after the message are refused.
    /// </summary>
    private static bool HoldsContent(byte[] encoded)
    {
        var reader = new AsnReader(encoded, AsnEncodingRules.BER);
        var outer = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        outer.ReadObjectIdentifier();
        var signedData = outer.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
        signedData.ReadInteger();
        signedData.ReadEncodedValue();
        var content = signedData.ReadSequence();
        content.ReadObjectIdentifier();
        BoundCertificates(signedData);
        return content.HasData;
    }

    private static void BoundCertificates(AsnReader afterContent)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (!afterContent.PeekTag().HasSameClassAndValue(tag)) return;
        var certificates = afterContent.ReadSetOf(skipSortOrderValidation: true, tag);
        for (var count = 0; certificates.HasData; count++, certificates.ReadEncodedValue())
        {
            if (count == CertificatesMax) throw new CmsException(CmsFault.TooLarge, "Too many certificates.");
        }
    }

    private static CmsException WrongPlace() =>
        new(CmsFault.Malformed, "The content is attached where it must be detached, or the reverse.");

    private static SignedMessage Verify(SignedCms cms)
    {
        if (cms.SignerInfos.Count != 1) throw new CmsException(CmsFault.NotExactlyOneSigner, "There must be exactly one signer.");
        var signer = cms.SignerInfos[0];
        var certificate = signer.Certificate
            ?? throw new CmsException(CmsFault.NoSignerCertificate, "The signer's certificate is not in the message.");
        CheckSignature(signer);
        return new SignedMessage(cms, signer, certificate);
    }

    private static void CheckSignature(SignerInfo signer)
    {
        try
        {
            signer.CheckSignature(verifySignatureOnly: true);
        }
        catch (Exception e) when (BadInput.IsCause(e))
        {
            throw new CmsException(CmsFault.BadSignature, "The signature does not fit the content.", e);
        }
    }

    private void RequireStrongAlgorithms(bool allowSha1)
    {
        var digest = CmsAlgorithms.IsSha2Digest(DigestOid) || (allowSha1 && DigestOid == CmsAlgorithms.Sha1);
        if (!digest || !CmsAlgorithms.IsSignerAlgorithm(Signer.SignatureAlgorithm.Value, allowSha1))
            throw new CmsException(CmsFault.WeakAlgorithm, "The digest or signature algorithm is not accepted.");
    }
}
