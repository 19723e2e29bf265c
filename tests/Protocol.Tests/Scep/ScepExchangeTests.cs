using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Scep;
using Mdm.Fleet.Protocol.Tests.Certificates;

namespace Mdm.Fleet.Protocol.Tests.Scep;

[Trait("Requirement", "PR-02")]
public sealed class ScepExchangeTests
{
    private static readonly X500DistinguishedName Subject = new("CN=wished, OU=" + Authorities.Reference.Value);

    private readonly ScepResponder responder = new(Authorities.Devices);
    private readonly ScepClient client = new(Authorities.Devices.Certificate);

    [Fact]
    public void A_device_gets_a_certificate_with_our_subject_for_its_key()
    {
        using var asked = client.Enroll(Authorities.DeviceKey, Subject, "secret", DateTimeOffset.UtcNow);
        var request = responder.Parse(asked.Message);
        Assert.Equal(ScepMessageType.PkcsReq, request.MessageType);
        Assert.Equal("secret", request.ChallengePassword);
        Assert.Equal(asked.TransactionId, request.TransactionId);
        Assert.Equal(Authorities.Reference, EnrollmentReference.FromName(request.SigningRequest!.Subject));

        var answer = asked.Read(responder.Success(request, Issue(request)));
        Assert.Equal(ScepStatus.Success, answer.Status);
        Assert.Equal(DeviceAuthority.DeviceName, answer.Certificate!.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        Assert.True(answer.Certificate.HasPrivateKey);
    }

    [Fact]
    public void A_renewal_is_signed_by_the_present_certificate_and_brings_a_new_key()
    {
        using var current = Authorities.Issue(Authorities.DeviceKey);
        using var asked = client.Renew(current, Authorities.OtherKey);
        var request = responder.Parse(asked.Message);
        Assert.Equal(ScepMessageType.RenewalReq, request.MessageType);
        Assert.Equal(current.Thumbprint, request.SignerCertificate.Thumbprint);
        Assert.Null(request.ChallengePassword);

        var renewed = asked.Read(responder.Success(request, Issue(request))).Certificate!;
        Assert.Equal(Authorities.OtherKey.ExportSubjectPublicKeyInfo(), renewed.PublicKey.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void A_repeated_transaction_is_known_by_its_id_and_key()
    {
        using var first = client.Enroll(Authorities.DeviceKey, Subject, "secret", DateTimeOffset.UtcNow);
        using var again = client.Enroll(Authorities.DeviceKey, Subject, "secret", DateTimeOffset.UtcNow);
        var (one, two) = (responder.Parse(first.Message), responder.Parse(again.Message));
        Assert.Equal((one.TransactionId, one.PublicKeyHash), (two.TransactionId, two.PublicKeyHash));

        var issued = Issue(one);
        Assert.Equal(issued.Thumbprint, again.Read(responder.Success(two, issued)).Certificate!.Thumbprint);
    }

    [Theory]
    [InlineData(ScepFailInfo.BadAlg)]
    [InlineData(ScepFailInfo.BadRequest)]
    [InlineData(ScepFailInfo.BadCertId)]
    public void A_refusal_tells_the_reason(ScepFailInfo reason)
    {
        using var asked = client.Enroll(Authorities.DeviceKey, Subject, "wrong", DateTimeOffset.UtcNow);
        var answer = asked.Read(responder.Failure(responder.Parse(asked.Message), reason));
        Assert.Equal(new ScepAnswer(ScepStatus.Failure, reason, null), answer);
    }

    [Fact]
    public void A_pending_request_is_asked_for_again()
    {
        using var asked = client.Enroll(Authorities.DeviceKey, Subject, null, DateTimeOffset.UtcNow);
        var request = responder.Parse(asked.Message);
        Assert.Equal(ScepStatus.Pending, asked.Read(responder.Pending(request)).Status);

        using var poll = client.Poll(Authorities.DeviceKey, Subject, DateTimeOffset.UtcNow);
        var second = responder.Parse(poll.Message);
        Assert.Equal(ScepMessageType.GetCertInitial, second.MessageType);
        Assert.Equal(request.TransactionId, second.TransactionId);
        Assert.Equal(ScepStatus.Success, poll.Read(responder.Success(second, Issue(request))).Status);
    }

    [Fact]
    public void An_answer_to_another_request_is_not_taken()
    {
        using var asked = client.Enroll(Authorities.DeviceKey, Subject, "secret", DateTimeOffset.UtcNow);
        using var other = client.Enroll(Authorities.DeviceKey, Subject, "secret", DateTimeOffset.UtcNow);
        var request = responder.Parse(asked.Message);
        var reply = responder.Success(request, Issue(request));
        Assert.Equal(ScepFault.UnexpectedAnswer, Assert.Throws<ScepException>(() => other.Read(reply)).Reason);
    }

    [Fact]
    public void An_answer_of_another_authority_is_not_taken()
    {
        using var impostor = DeviceAuthority.Create("Device CA", DateTimeOffset.UtcNow, TimeSpan.FromDays(10), 2048);
        using var asked = client.Enroll(Authorities.DeviceKey, Subject, "secret", DateTimeOffset.UtcNow);
        var request = responder.Parse(asked.Message);
        var reply = ScepReply.Success(request, Issue(request), impostor);
        Assert.Equal(ScepFault.UnexpectedAnswer, Assert.Throws<ScepException>(() => asked.Read(reply)).Reason);
    }

    [Theory]
    [InlineData(ScepCipher.Aes128, "SHA512")]
    [InlineData(ScepCipher.Aes192, "SHA384")]
    [InlineData(ScepCipher.Aes256, "SHA256")]
    public void The_answer_uses_the_requests_algorithms(ScepCipher cipher, string digest)
    {
        var picky = new ScepClient(Authorities.Devices.Certificate, new ScepClientOptions(new HashAlgorithmName(digest), cipher));
        using var asked = picky.Enroll(Authorities.DeviceKey, Subject, "secret", DateTimeOffset.UtcNow);
        var request = responder.Parse(asked.Message);
        Assert.Equal(cipher, request.Cipher);
        Assert.NotNull(asked.Read(responder.Success(request, Issue(request))).Certificate);
    }

    [Theory]
    [InlineData(ScepCipher.TripleDes, "SHA256")]
    [InlineData(ScepCipher.Des, "SHA256")]
    [InlineData(ScepCipher.Aes256, "SHA1")]
    public void Old_algorithms_are_refused_as_badAlg_unless_allowed(ScepCipher cipher, string digest)
    {
        var old = new ScepClient(Authorities.Devices.Certificate, new ScepClientOptions(new HashAlgorithmName(digest), cipher));
        using var asked = old.Enroll(Authorities.DeviceKey, Subject, "secret", DateTimeOffset.UtcNow);
        var refused = Assert.Throws<ScepException>(() => responder.Parse(asked.Message));
        Assert.Equal(ScepFault.WeakAlgorithm, refused.Reason);
        Assert.Equal(ScepFailInfo.BadAlg, asked.Read(responder.Refusal(refused)!).FailInfo);

        var lenient = new ScepResponder(Authorities.Devices, new ScepOptions(AllowLegacy: true));
        var request = lenient.Parse(asked.Message);
        Assert.NotNull(asked.Read(lenient.Success(request, Issue(request))).Certificate);
    }

    [Fact]
    public void Capabilities_list_old_algorithms_only_when_allowed()
    {
        var strict = ScepCapabilities.Parse(responder.Capabilities);
        Assert.True(strict is { Post: true, Aes: true, Sha256: true, Renewal: true });
        Assert.False(strict.Has("SHA-1") || strict.Has("DES3"));
        var lenient = ScepCapabilities.Parse(new ScepResponder(Authorities.Devices, new ScepOptions(AllowLegacy: true)).Capabilities);
        Assert.True(lenient.Has("SHA-1") && lenient.Has("DES3"));
    }

    private static X509Certificate2 Issue(ScepRequest request) => Authorities.Devices.IssueDevice(
        request.SigningRequest!.PublicKey, Authorities.Reference, DateTimeOffset.UtcNow, TimeSpan.FromDays(365));
}
