using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml.Linq;
using Mdm.Fleet.Protocol.Certificates;

namespace Mdm.Fleet.Protocol.Tests.Certificates;

[Trait("Requirement", "PR-04")]
[Trait("Requirement", "PR-09")]
public sealed class PushCertificateTests : IDisposable
{
    private const string Topic = "com.apple.mgmt.External.0c9b1a2e-9f3e-4f0a-8a57-0f6c2a0b7a11";
    private const string OtherTopic = "com.apple.mgmt.External.1d9b1a2e-9f3e-4f0a-8a57-0f6c2a0b7a11";

    private readonly OpenSsl openssl = new();

    public void Dispose() => openssl.Dispose();

    [Fact]
    public void A_PEM_certificate_and_key_give_topic_and_expiry()
    {
        Make("push", Topic);
        var push = PushCertificate.FromPem(Text("push.pem"), Text("push.key"));
        Assert.Equal(Topic, push.Topic);
        Assert.InRange(push.NotAfter, DateTimeOffset.UtcNow.AddDays(29), DateTimeOffset.UtcNow.AddDays(31));
        Assert.Null(push.AppleAccount);
        Assert.Equal(Topic, PushCertificate.Import(push.Export()).Topic);
    }

    [Fact]
    public void One_file_may_hold_certificate_and_key_in_either_order()
    {
        Make("push", Topic);
        var both = Text("push.key") + Text("push.pem");
        Assert.True(PushCertificate.FromPem(both, both).Certificate.HasPrivateKey);
    }

    [Fact]
    public void An_encrypted_key_opens_with_its_password_only()
    {
        Make("push", Topic);
        openssl.Run("pkcs8", "-topk8", "-in", "push.key", "-passout", "pass:open", "-out", "locked.key");
        Assert.Equal(Topic, PushCertificate.FromPem(Text("push.pem"), Text("locked.key"), "open").Topic);
        Assert.Equal(CertificateFault.WrongPassword, Refused(() => PushCertificate.FromPem(Text("push.pem"), Text("locked.key"), "wrong")));
        Assert.Equal(CertificateFault.WrongPassword, Refused(() => PushCertificate.FromPem(Text("push.pem"), Text("locked.key"))));
    }

    [Fact]
    public void A_PKCS12_file_opens_with_its_password_only()
    {
        Make("push", Topic);
        openssl.Run("pkcs12", "-export", "-in", "push.pem", "-inkey", "push.key", "-passout", "pass:open", "-out", "push.p12");
        var push = PushCertificate.FromPkcs12(openssl.Read("push.p12"), "open");
        Assert.Equal(Topic, PushCertificate.Import(push.Export()).Topic);
        Assert.Equal(CertificateFault.WrongPassword, Refused(() => PushCertificate.FromPkcs12(openssl.Read("push.p12"), "wrong")));
        Assert.Equal(CertificateFault.WrongPassword, Refused(() => PushCertificate.FromPkcs12([1, 2, 3], "open")));
    }

    [Fact]
    public void A_PKCS12_file_without_a_key_is_refused()
    {
        Make("push", Topic);
        openssl.Run("pkcs12", "-export", "-nokeys", "-in", "push.pem", "-passout", "pass:open", "-out", "push.p12");
        Assert.Equal(CertificateFault.NoPrivateKey, Refused(() => PushCertificate.FromPkcs12(openssl.Read("push.p12"), "open")));
    }

    [Fact]
    public void The_key_of_another_certificate_is_refused()
    {
        Make("push", Topic);
        Make("other", Topic);
        Assert.Equal(CertificateFault.KeyMismatch, Refused(() => PushCertificate.FromPem(Text("push.pem"), Text("other.key"))));
    }

    [Theory]
    [InlineData("com.example.app")]
    [InlineData("com.apple.mgmt.")]
    [InlineData("com.apple.mgmt.a b")]
    public void Another_certificate_is_no_push_certificate(string userId)
    {
        Make("push", userId);
        Assert.Equal(CertificateFault.NoTopic, Refused(() => PushCertificate.FromPem(Text("push.pem"), Text("push.key"))));
    }

    [Fact]
    public void A_certificate_without_a_user_id_is_no_push_certificate()
    {
        openssl.SelfSigned("push", "/CN=APSP");
        Assert.Equal(CertificateFault.NoTopic, Refused(() => PushCertificate.FromPem(Text("push.pem"), Text("push.key"))));
    }

    [Fact]
    public void A_renewal_keeps_the_topic_and_is_not_expired()
    {
        var (current, next, other) = (Push("one", Topic), Push("two", Topic), Push("three", OtherTopic));
        next.RequireRenewalOf(current, DateTimeOffset.UtcNow);
        Assert.Equal(CertificateFault.OtherTopic, Refused(() => other.RequireRenewalOf(current, DateTimeOffset.UtcNow)));
        Assert.Equal(CertificateFault.Expired, Refused(() => next.RequireRenewalOf(current, DateTimeOffset.UtcNow.AddDays(31))));
    }

    [Fact]
    public void The_mail_address_in_a_subject_hints_at_the_account()
    {
        openssl.SelfSigned("push", $"/UID={Topic}/emailAddress=it@example.org");
        Assert.Equal("it@example.org", PushCertificate.FromPem(Text("push.pem"), Text("push.key")).AppleAccount);
    }

    [Fact]
    public void Apples_answer_joins_the_key_of_our_request()
    {
        var request = PushCertificateRequest.Create("Mdm.Fleet push");
        openssl.Write("push.csr", request.Pem);
        openssl.Run("req", "-in", "push.csr", "-noout", "-verify");
        openssl.SelfSigned("apple", "/CN=Apple");
        openssl.Run("x509", "-req", "-in", "push.csr", "-CA", "apple.pem", "-CAkey", "apple.key", "-subj", "/UID=" + Topic, "-days",
            "365", "-out", "push.pem");
        Assert.Equal(Topic, PushCertificate.FromAnswer(openssl.Read("push.pem"), request.KeyPkcs8).Topic);
        Assert.Equal(CertificateFault.KeyMismatch,
            Refused(() => PushCertificate.FromAnswer(openssl.Read("push.pem"), PushCertificateRequest.Create("other").KeyPkcs8)));
        Assert.DoesNotContain("Key", request.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_vendor_signed_request_holds_request_chain_and_signature()
    {
        using var vendor = openssl.SelfSigned("vendor", "/CN=vendor");
        using var root = openssl.SelfSigned("root", "/CN=root");
        var request = PushCertificateRequest.Create("Mdm.Fleet push");
        var forPortal = Convert.FromBase64String(PushCertificateRequest.VendorSigned(request.Der, vendor, [root]));
        var list = XDocument.Parse(Encoding.UTF8.GetString(forPortal));
        var values = list.Descendants("key").ToDictionary(k => k.Value, k => ((XElement)k.NextNode!).Value);

        Assert.Equal(request.Der, Convert.FromBase64String(values["PushCertRequestCSR"]));
        openssl.Write("csr", request.Der);
        openssl.Write("signature", Convert.FromBase64String(values["PushCertSignature"]));
        openssl.Run("x509", "-in", "vendor.pem", "-noout", "-pubkey", "-out", "vendor.pub");
        openssl.Run("dgst", "-sha256", "-verify", "vendor.pub", "-signature", "signature", "csr");
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(values["PushCertCertificateChain"]);
        Assert.Equal([vendor.Thumbprint, root.Thumbprint], chain.Select(c => c.Thumbprint));
    }

    [Theory]
    [InlineData("", "", CertificateFault.Empty)]
    [InlineData("text", "text", CertificateFault.NotPem)]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "x", CertificateFault.NoPrivateKey)]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", CertificateFault.KeyMismatch)]
    public void What_is_no_certificate_and_key_is_refused(string certificate, string key, CertificateFault reason) =>
        Assert.Equal(reason, Refused(() => PushCertificate.FromPem(certificate, key)));

    private static CertificateFault Refused(Action act) => Assert.Throws<CertificateFormatException>(act).Reason;

    private void Make(string name, string userId) => openssl.SelfSigned(name, "/UID=" + userId + "/CN=APSP");

    private PushCertificate Push(string name, string topic)
    {
        Make(name, topic);
        return PushCertificate.FromPem(Text(name + ".pem"), Text(name + ".key"));
    }

    private string Text(string file) => File.ReadAllText(openssl.Path(file));
}
