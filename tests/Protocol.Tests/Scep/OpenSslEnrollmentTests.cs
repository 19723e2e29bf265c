using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Cms;
using Mdm.Fleet.Protocol.Scep;
using Mdm.Fleet.Protocol.Tests.Certificates;

namespace Mdm.Fleet.Protocol.Tests.Scep;

/// <summary>Our responder against a client made of openssl and curl alone.</summary>
[Trait("Requirement", "PR-02")]
public sealed class OpenSslEnrollmentTests : IDisposable
{
    private static readonly string Script = FindScript();

    private readonly OpenSsl openssl = new();
    private readonly ScepSite site = new();

    public void Dispose()
    {
        site.Dispose();
        openssl.Dispose();
    }

    [Fact]
    public void OpenSsl_and_curl_enrol_and_sign_a_request()
    {
        site.Challenges["one-time"] = Authorities.Reference;
        Enroll("one-time");
        var device = Device();
        Assert.Equal(Authorities.Reference, EnrollmentReference.FromCertificate(device));
        Assert.Equal(IdentityVerdict.Trusted, new IdentityChain([Authorities.Devices.Certificate]).Check(device, DateTimeOffset.UtcNow));

        openssl.Write("body", "<plist/>");
        var (exit, header) = openssl.Start(Script, "mdm_sign", "body", "out");
        Assert.Equal(0, exit);
        Assert.Equal(device.Thumbprint, MdmSignature.Verify(header, "<plist/>"u8.ToArray()).Thumbprint);
    }

    [Fact]
    public void OpenSsl_and_curl_renew_with_the_present_certificate()
    {
        site.Challenges["one-time"] = Authorities.Reference;
        Enroll("one-time");
        var first = Device();
        var (exit, output) = openssl.Start(Script, "scep_renew", site.Address.ToString(), "out");
        Assert.True(exit == 0, output);
        Assert.NotEqual(first.GetPublicKeyString(), Device().GetPublicKeyString());
        Assert.Equal(Authorities.Reference, EnrollmentReference.FromCertificate(Device()));
    }

    [Fact]
    public void A_wrong_challenge_is_refused_with_a_signed_reason()
    {
        var (exit, output) = openssl.Start(Script, "scep_enroll", site.Address.ToString(), "guess", "/CN=device", "out");
        Assert.Equal(3, exit);
        Assert.Equal("SCEP status 2, failInfo 2", output.Trim());
    }

    [Fact]
    public void The_message_that_openssl_made_can_be_sent_again_and_gets_the_same_certificate()
    {
        site.Challenges["one-time"] = Authorities.Reference;
        Enroll("one-time");
        var (exit, output) = openssl.Start(
            "bash", "-c", $". '{Script}'; scep_send '{site.Address}' out/self.pem out/device.key out && cmp out/issued.pem out/device.pem");
        Assert.True(exit == 0, output);
    }

    [Fact]
    public void A_changed_message_is_no_request()
    {
        site.Challenges["one-time"] = Authorities.Reference;
        Enroll("one-time");
        var message = openssl.Read("out/request.der");
        message[^5] ^= 1;
        var refused = Assert.Throws<ScepException>(() => PkiOperation.Parse(message, Authorities.Devices));
        Assert.Equal((ScepFault.BadSignature, null), (refused.Reason, refused.Header));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Our_own_client_enrols_over_post_and_over_get(bool offersPost)
    {
        using var old = new ScepSite(offersPost: offersPost);
        old.Challenges["s+c/r=t"] = Authorities.Reference;
        using var http = new HttpClient();
        var scep = new ScepHttpClient(http, new Uri(old.Address + "?e=" + Authorities.Reference.Value));
        var capabilities = await scep.GetCapabilitiesAsync();
        var client = new ScepClient(await scep.GetCaCertificateAsync());
        using var asked = client.Enroll(Authorities.DeviceKey, new X500DistinguishedName("CN=device"), "s+c/r=t", DateTimeOffset.UtcNow);
        var answer = await scep.SendAsync(asked, capabilities);
        Assert.Equal(ScepStatus.Success, answer.Status);
        Assert.Equal((offersPost ? "POST" : "GET") + " PKIOperation", old.Methods.Last());
    }

    private void Enroll(string challenge)
    {
        var (exit, output) = openssl.Start(Script, "scep_enroll", site.Address.ToString(), challenge, "/CN=device/OU=wished", "out");
        Assert.True(exit == 0, output);
    }

    private X509Certificate2 Device() => X509Certificate2.CreateFromPem(File.ReadAllText(openssl.Path("out/device.pem")));

    private static string FindScript()
    {
        const string InRepository = "tests/Fleet.Tests/Enrollment/openssl-enroll.sh";
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, InRepository);
            if (File.Exists(script)) return script;
        }

        throw new FileNotFoundException(InRepository);
    }
}
