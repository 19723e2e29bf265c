using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Scep;
using Mdm.Fleet.Protocol.Tests.Certificates;
using Mdm.Fleet.Protocol.Tests.Cms;

namespace Mdm.Fleet.Protocol.Tests.Scep;

[Trait("Requirement", "PR-02")]
[Trait("Requirement", "PR-08")]
public sealed class HostileScepTests
{
    [Fact]
    public void The_crafted_request_is_good_as_it_stands() =>
        Assert.Equal("secret", PkiOperation.Parse(new CraftedRequest().Encode(), Authorities.Devices).ChallengePassword);

    [Theory]
    [InlineData(CraftedRequest.MessageType)]
    [InlineData(CraftedRequest.SenderNonce)]
    [InlineData(CraftedRequest.TransactionId)]
    public void A_missing_attribute_is_refused(string oid) =>
        Refused(ScepFault.MissingAttribute, new CraftedRequest().Without(oid), answerable: false);

    [Theory]
    [InlineData("3")]
    [InlineData("18")]
    [InlineData("99999999999999999999")]
    [InlineData("PkcsReq")]
    [InlineData(" 19")]
    public void An_unknown_message_type_is_refused(string type) => Refused(
        ScepFault.UnsupportedMessageType,
        new CraftedRequest().With(CraftedRequest.Text(CraftedRequest.MessageType, type)),
        answerable: false);

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public void A_transaction_id_has_1_to_128_characters(int length) => Refused(
        ScepFault.BadAttribute,
        new CraftedRequest().With(CraftedRequest.Text(CraftedRequest.TransactionId, new string('x', length))),
        answerable: false);

    [Fact]
    public void A_transaction_id_of_128_characters_is_taken_and_answered_in_its_own_encoding()
    {
        var id = CraftedRequest.Text(CraftedRequest.TransactionId, new string('_', 128), UniversalTagNumber.UTF8String);
        var request = PkiOperation.Parse(new CraftedRequest().With(id).Encode(), Authorities.Devices);
        var reply = ScepReply.Failure(request, ScepFailInfo.BadRequest, Authorities.Devices);
        Assert.True(reply.AsSpan().IndexOf(id.RawData) > 0);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(65)]
    public void A_nonce_has_8_to_64_bytes(int length) => Refused(
        ScepFault.BadAttribute, new CraftedRequest().With(CraftedRequest.Octets(CraftedRequest.SenderNonce, length)), answerable: false);

    [Fact]
    public void A_nonce_that_is_text_is_refused() => Refused(
        ScepFault.BadAttribute,
        new CraftedRequest().With(CraftedRequest.Text(CraftedRequest.SenderNonce, "0123456789abcdef")),
        answerable: false);

    [Fact]
    public void Two_signers_are_refused() => Refused(
        ScepFault.NotExactlyOneSigner,
        new CraftedRequest { Signers = [Signer(Authorities.DeviceKey), Signer(Authorities.OtherKey)] },
        answerable: false);

    [Fact]
    public void A_first_request_signed_by_another_key_is_refused() =>
        Refused(ScepFault.KeyMismatch, new CraftedRequest { Signers = [CraftedRequest.SelfSigned(Authorities.OtherKey)] });

    [Fact]
    public void A_key_below_2048_bit_is_refused()
    {
        using var small = RSA.Create(1024);
        Refused(ScepFault.WeakKey, new CraftedRequest
        {
            Signers = [CraftedRequest.SelfSigned(small)],
            Content = CraftedRequest.SigningRequest(small, "secret"),
        });
        Refused(ScepFault.WeakKey, new CraftedRequest { Content = CraftedRequest.SigningRequest(small, "secret") });
    }

    [Fact]
    public void A_signer_with_a_curve_key_cannot_be_answered()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signer = new CertificateRequest("CN=curve", curve, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Refused(ScepFault.WeakAlgorithm, new CraftedRequest { Signers = [signer] });
    }

    [Fact]
    public void A_renewal_may_ask_for_a_P256_key_but_not_for_a_smaller_curve()
    {
        Assert.NotNull(PkiOperation.Parse(Renewal(ECCurve.NamedCurves.nistP256).Encode(), Authorities.Devices).SigningRequest);
        Refused(ScepFault.WeakKey, Renewal(ECCurve.CreateFromFriendlyName("secp224r1")));
        Refused(ScepFault.WeakKey, Renewal(ECCurve.CreateFromFriendlyName("brainpoolP256r1")));
    }

    [Fact]
    public void An_envelope_for_somebody_else_is_refused()
    {
        using var other = CraftedRequest.SelfSigned(Authorities.OtherKey);
        Refused(ScepFault.Undecryptable, new CraftedRequest { Recipient = other });
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x30, 0x00 })]
    [InlineData(new byte[] { 0x04, 0x01, 0x00 })]
    public void What_is_no_envelope_is_refused(byte[] envelope) =>
        Refused(ScepFault.Undecryptable, new CraftedRequest { Envelope = envelope.Length == 0 ? [0] : envelope });

    [Fact]
    public void A_signing_request_changed_after_its_signature_is_refused()
    {
        var changed = CraftedRequest.SigningRequest(Authorities.DeviceKey, "secret");
        changed[changed.AsSpan().IndexOf("secret"u8)] ^= 1;
        Refused(ScepFault.BadSigningRequest, new CraftedRequest { Content = changed });
    }

    [Fact]
    public void Two_challenges_an_endless_one_and_an_empty_one_are_refused()
    {
        string[][] wrong = [["one", "two"], [new string('x', 256)], [""]];
        foreach (var challenges in wrong)
        {
            var content = CraftedRequest.SigningRequest(Authorities.DeviceKey, challenges);
            Refused(ScepFault.BadSigningRequest, new CraftedRequest { Content = content });
        }
    }

    [Fact]
    public void A_signing_request_with_sha1_needs_the_option()
    {
        using var openssl = new OpenSsl();
        openssl.WriteKey("device.key", Authorities.DeviceKey);
        openssl.Run("req", "-new", "-sha1", "-key", "device.key", "-subj", "/CN=device", "-outform", "DER", "-out", "csr.der");
        var weak = new CraftedRequest { Content = openssl.Read("csr.der") };
        Refused(ScepFault.WeakAlgorithm, weak);
        Assert.NotNull(PkiOperation.Parse(weak.Encode(), Authorities.Devices, new ScepOptions(AllowLegacy: true)).SigningRequest);
    }

    [Fact]
    public void A_message_beyond_the_limit_is_refused_unread()
    {
        var posted = Assert.Throws<ScepException>(() => PkiOperation.Parse(new byte[64 * 1024 + 1], Authorities.Devices));
        var got = Assert.Throws<ScepException>(() => PkiOperation.FromQuery(new string('A', 90_000)));
        Assert.Equal((ScepFault.TooLarge, ScepFault.TooLarge), (posted.Reason, got.Reason));
    }

    [Fact]
    public void A_query_message_survives_unescaped_plus_signs()
    {
        byte[] bytes = [0xFB, 0xEF, 0xBE];
        Assert.Equal(bytes, PkiOperation.FromQuery(Convert.ToBase64String(bytes).Replace('+', ' ')));
        Assert.Equal(ScepFault.Malformed, Assert.Throws<ScepException>(() => PkiOperation.FromQuery("%%%")).Reason);
    }

    [Fact]
    public void Noise_and_mutated_messages_give_one_kind_of_refusal()
    {
        var chance = new Random(19);
        var good = new CraftedRequest().Encode();
        foreach (var bytes in Mutations.Of(good, 1500, seed: 17).Concat(Enumerable.Range(0, 500).Select(_ => Mutations.Noise(chance))))
            ExpectRefusalOrRequest(bytes);
    }

    [Fact]
    public void Mutated_signing_requests_in_a_good_envelope_give_one_kind_of_refusal()
    {
        foreach (var content in Mutations.Of(CraftedRequest.SigningRequest(Authorities.DeviceKey, "secret"), 200, seed: 23))
            ExpectRefusalOrRequest(new CraftedRequest { Content = content }.Encode());
    }

    [Fact]
    public void Mutated_envelopes_in_a_good_signature_give_one_kind_of_refusal()
    {
        using var asked = new ScepClient(Authorities.Devices.Certificate)
            .Enroll(Authorities.DeviceKey, new X500DistinguishedName("CN=device"), "secret", DateTimeOffset.UtcNow);
        var signed = new System.Security.Cryptography.Pkcs.SignedCms();
        signed.Decode(asked.Message);
        foreach (var envelope in Mutations.Of(signed.ContentInfo.Content, 200, seed: 29).Where(e => e.Length > 0))
            ExpectRefusalOrRequest(new CraftedRequest { Envelope = envelope }.Encode());
    }

    [Fact]
    public void Mutated_answers_give_the_client_one_kind_of_refusal()
    {
        using var asked = new ScepClient(Authorities.Devices.Certificate)
            .Enroll(Authorities.DeviceKey, new X500DistinguishedName("CN=device"), "secret", DateTimeOffset.UtcNow);
        var request = PkiOperation.Parse(asked.Message, Authorities.Devices);
        var reply = ScepReply.Success(request, Authorities.Issue(Authorities.DeviceKey), Authorities.Devices);
        foreach (var mutated in Mutations.Of(reply, 1000, seed: 31))
        {
            var refusal = Record.Exception(() => asked.Read(mutated));
            Assert.True(refusal is null or ScepException, refusal?.ToString());
        }
    }

    private static X509Certificate2 Signer(RSA key) => CraftedRequest.SelfSigned(key);

    private static CraftedRequest Renewal(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        var request = new CertificateRequest("CN=renewal", key, HashAlgorithmName.SHA256);
        return new CraftedRequest { Content = CraftedRequest.SigningRequest(request) }.With(CraftedRequest.Text(CraftedRequest.MessageType, "17"));
    }

    private static void ExpectRefusalOrRequest(byte[] bytes)
    {
        var refusal = Record.Exception(() => PkiOperation.Parse(bytes, Authorities.Devices));
        Assert.True(refusal is null or ScepException, refusal?.ToString());
    }

    private static void Refused(ScepFault reason, CraftedRequest request, bool answerable = true)
    {
        var message = request.Encode();
        var refused = Assert.Throws<ScepException>(() => PkiOperation.Parse(message, Authorities.Devices));
        Assert.Equal(reason, refused.Reason);
        Assert.Equal(answerable, new ScepResponder(Authorities.Devices).Refusal(refused) is not null);
    }
}
