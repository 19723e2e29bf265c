using System.Formats.Asn1;
using Mdm.Fleet.Protocol.Cms;
using Mdm.Fleet.Protocol.Tests.Certificates;

namespace Mdm.Fleet.Protocol.Tests.Cms;

[Trait("Requirement", "PR-02")]
public sealed class MdmSignatureTests : IDisposable
{
    private static readonly byte[] Body = "<plist><dict/></plist>"u8.ToArray();

    private readonly OpenSsl openssl = new();

    public void Dispose() => openssl.Dispose();

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha384")]
    [InlineData("sha512")]
    public void A_signature_made_by_openssl_names_its_certificate(string digest)
    {
        var device = openssl.SelfSigned("device", "/CN=device");
        var signer = MdmSignature.Verify(SignWithOpenSsl("-signer", "device.pem", "-inkey", "device.key", "-md", digest), Body);
        Assert.Equal(device.Thumbprint, signer.Thumbprint);
    }

    [Theory]
    [InlineData("-noattr")]
    [InlineData("-keyid")]
    [InlineData("-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:-1")]
    public void Other_forms_of_signature_are_accepted_too(params string[] form)
    {
        openssl.SelfSigned("device", "/CN=device");
        Assert.Equal("CN=device", MdmSignature.Verify(SignWithOpenSsl(["-signer", "device.pem", "-inkey", "device.key", .. form]),
            Body).Subject);
    }

    [Fact]
    public void An_elliptic_curve_key_signs_as_well()
    {
        openssl.SelfSigned("device", "/CN=curve", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
        Assert.Equal("CN=curve", MdmSignature.Verify(SignWithOpenSsl("-signer", "device.pem", "-inkey", "device.key"), Body).Subject);
    }

    [Fact]
    public void What_we_sign_openssl_verifies()
    {
        var identity = Authorities.Issue(Authorities.DeviceKey);
        openssl.Write("signature", Convert.FromBase64String(MdmSignature.Sign(identity, Body)));
        openssl.Write("body", Body);
        openssl.WritePem("ca.pem", Authorities.Devices.Certificate);
        openssl.Run("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "body", "-CAfile", "ca.pem",
            "-purpose", "any");
        Assert.Equal(identity.Thumbprint, MdmSignature.Verify(MdmSignature.Sign(identity, Body), Body).Thumbprint);
    }

    [Fact]
    public void One_changed_byte_of_the_body_is_refused()
    {
        var header = MdmSignature.Sign(Authorities.Issue(Authorities.DeviceKey), Body);
        var tampered = Body.ToArray();
        tampered[3] ^= 1;
        Assert.Equal(CmsFault.BadSignature, Refused(header, tampered));
    }

    [Fact]
    public void Two_signers_are_refused_even_if_both_signed()
    {
        openssl.SelfSigned("one", "/CN=one");
        openssl.SelfSigned("two", "/CN=two");
        var header = SignWithOpenSsl("-signer", "one.pem", "-inkey", "one.key", "-signer", "two.pem", "-inkey", "two.key");
        Assert.Equal(CmsFault.NotExactlyOneSigner, Refused(header, Body));
    }

    [Fact]
    public void No_signer_at_all_is_refused()
    {
        openssl.SelfSigned("one", "/CN=one");
        openssl.Run("crl2pkcs7", "-nocrl", "-certfile", "one.pem", "-outform", "DER", "-out", "signature");
        Assert.Equal(CmsFault.NotExactlyOneSigner, Refused(Convert.ToBase64String(openssl.Read("signature")), Body));
    }

    [Fact]
    public void A_signature_without_the_signers_certificate_is_refused()
    {
        openssl.SelfSigned("device", "/CN=device");
        Assert.Equal(CmsFault.NoSignerCertificate, Refused(SignWithOpenSsl("-signer", "device.pem", "-inkey", "device.key", "-nocerts"),
            Body));
    }

    [Fact]
    public void More_certificates_than_a_chain_needs_are_refused()
    {
        openssl.SelfSigned("device", "/CN=device");
        var others = Enumerable.Range(0, 8).Select(_ => Authorities.Issue(Authorities.DeviceKey).ExportCertificatePem());
        openssl.Write("others.pem", string.Join('\n', others));
        var header = SignWithOpenSsl("-signer", "device.pem", "-inkey", "device.key", "-certfile", "others.pem");
        Assert.Equal(CmsFault.TooLarge, Refused(header, Body));
    }

    [Fact]
    public void Sha1_needs_the_option()
    {
        openssl.SelfSigned("old", "/CN=old");
        var header = SignWithOpenSsl("-signer", "old.pem", "-inkey", "old.key", "-md", "sha1");
        Assert.Equal(CmsFault.WeakAlgorithm, Refused(header, Body));
        Assert.Equal("CN=old", MdmSignature.Verify(header, Body, new CmsOptions(AllowSha1: true)).Subject);
    }

    [Fact]
    public void Md5_is_refused_with_any_option()
    {
        openssl.SelfSigned("old", "/CN=old");
        var header = SignWithOpenSsl("-signer", "old.pem", "-inkey", "old.key", "-md", "md5");
        Assert.IsType<CmsException>(Record.Exception(() => MdmSignature.Verify(header, Body, new CmsOptions(AllowSha1: true))));
    }

    [Fact]
    public void Attached_content_is_refused_since_it_could_differ_from_the_body()
    {
        openssl.SelfSigned("device", "/CN=device");
        Assert.Equal(CmsFault.Malformed, Refused(SignWithOpenSsl("-nodetach", "-signer", "device.pem", "-inkey", "device.key"), Body));
    }

    [Theory]
    [InlineData("", CmsFault.NotBase64)]
    [InlineData("not base64!", CmsFault.NotBase64)]
    [InlineData("AAAA", CmsFault.Malformed)]
    [InlineData("MIIB", CmsFault.Malformed)]
    public void What_is_no_signature_is_refused(string header, CmsFault reason) => Assert.Equal(reason, Refused(header, Body));

    [Fact]
    public void An_endless_header_is_refused_unread() => Assert.Equal(CmsFault.TooLarge, Refused(new string('A', 20_000), Body));

    [Fact]
    public void Mutated_signatures_are_refused_with_a_reason_or_still_prove_the_same_key()
    {
        var identity = Authorities.Issue(Authorities.DeviceKey);
        var good = Convert.FromBase64String(MdmSignature.Sign(identity, Body));
        foreach (var mutated in Mutations.Of(good, count: 1500, seed: 20261))
        {
            try
            {
                Assert.Equal(identity.GetPublicKey(), MdmSignature.Verify(Convert.ToBase64String(mutated), Body).GetPublicKey());
            }
            catch (CmsException e)
            {
                Assert.True(Enum.IsDefined(e.Reason));
            }
        }
    }

    [Fact]
    public void A_signature_over_a_whole_body_is_none_over_its_end()
    {
        var whole = MdmSignature.Sign(Authorities.Issue(Authorities.DeviceKey), [.. "start"u8, .. Body]);
        var moved = WithContent(Convert.FromBase64String(whole), "start"u8.ToArray());
        Assert.Equal(CmsFault.Malformed, Refused(Convert.ToBase64String(moved), Body));
    }

    /// <summary>Puts content into a detached SignedData; everything else stays as it is.</summary>
    private static byte[] WithContent(byte[] detached, byte[] content)
    {
        var tagged = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        var outer = new AsnReader(detached, AsnEncodingRules.BER).ReadSequence();
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(outer.ReadEncodedValue().Span);
            var signedData = outer.ReadSequence(tagged).ReadSequence();
            using (writer.PushSequence(tagged))
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(signedData.ReadEncodedValue().Span);
                writer.WriteEncodedValue(signedData.ReadEncodedValue().Span);
                using (writer.PushSequence())
                {
                    writer.WriteEncodedValue(signedData.ReadSequence().ReadEncodedValue().Span);
                    using (writer.PushSequence(tagged)) writer.WriteOctetString(content);
                }

                while (signedData.HasData) writer.WriteEncodedValue(signedData.ReadEncodedValue().Span);
            }
        }

        return writer.Encode();
    }

    private static CmsFault Refused(string header, byte[] body) =>
        Assert.Throws<CmsException>(() => { MdmSignature.Verify(header, body); }).Reason;

    private string SignWithOpenSsl(params string[] how)
    {
        openssl.Write("body", Body);
        openssl.Run(["cms", "-sign", "-binary", "-outform", "DER", "-in", "body", "-out", "signature", .. how]);
        return Convert.ToBase64String(openssl.Read("signature"));
    }
}
