using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Apns;

namespace Mdm.Fleet.Fleet.Tests.Admin;

[Trait("Requirement", "PR-09")]
public sealed class PushCertificateTests : IAsyncLifetime, IDisposable
{
    private const string Path = "push-certificate";
    private const string Topic = "com.apple.mgmt.External.7d0c9d1e-7a3b-4c62-9f41-0b8e2d6a7c15";

    private readonly ApnsAuthority _apple = new();
    private readonly ShiftedTime _time = new();
    private TestFleet? _fleet;

    private TestFleet Fleet => _fleet!;

    public async Task InitializeAsync() => _fleet = await TestFleet.StartAsync(options => options with { Time = _time });

    public async Task DisposeAsync() => await Fleet.DisposeAsync();

    public void Dispose() => _apple.Dispose();

    [Fact]
    public async Task A_signing_request_takes_Apples_answer_without_its_key_ever_leaving()
    {
        using var admin = new ApiClient(Fleet);
        (await admin.GetAsync(Path)).Refuses(HttpStatusCode.NotFound, "push-certificate-missing");
        var pem = (await admin.PostAsync($"{Path}/request")).Is(HttpStatusCode.OK).Text("csrPem");
        using var signed = _apple.SignPushRequest(Der(pem), Topic);
        var put = (await admin.PutAsync(Path, new { certificatePem = signed.ExportCertificatePem(), appleAccount = "it@hospital.example" })).Is(HttpStatusCode.OK);

        Assert.Equal((Topic, "it@hospital.example"), (put.Text("topic"), put.Text("appleAccount")));
        Assert.Empty(put.Json!["warnings"]!.AsArray());
        var shown = (await admin.GetAsync(Path)).Is(HttpStatusCode.OK);
        Assert.Equal(signed.NotAfter.ToUniversalTime(), shown.Json!["notAfter"]!.GetValue<DateTimeOffset>().UtcDateTime);
        Assert.DoesNotContain("push-certificate-missing", (await admin.GetAsync("overview")).Json!["warnings"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewal_keeps_the_topic_and_another_topic_is_refused()
    {
        using var admin = new ApiClient(Fleet);
        (await admin.PutAsync(Path, Pem(Topic))).Is(HttpStatusCode.OK);
        (await admin.PutAsync(Path, Pem(Topic))).Is(HttpStatusCode.OK);
        var refused = (await admin.PutAsync(Path, Pem("com.apple.mgmt.External.another"))).Refuses(HttpStatusCode.Conflict, "topic-changed");
        Assert.Contains(Topic, refused.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(Topic, (await admin.GetAsync(Path)).Text("topic"));
    }

    [Fact]
    public async Task A_certificate_that_is_about_to_expire_warns_and_an_expired_one_is_refused()
    {
        using var admin = new ApiClient(Fleet);
        var soon = (await admin.PutAsync(Path, Pem(Topic, TimeSpan.FromDays(10)))).Is(HttpStatusCode.OK);
        Assert.Equal("push-certificate-expiring", soon.Json!["warnings"]![0]!["code"]!.ToString());
        Assert.Contains("push-certificate-expiring", (await admin.GetAsync("overview")).Json!["warnings"]!.ToJsonString(), StringComparison.Ordinal);

        _time.Shift = TimeSpan.FromDays(11);
        Assert.Equal("push-certificate-expired", (await admin.GetAsync(Path)).Json!["warnings"]![0]!["code"]!.ToString());
        (await admin.PutAsync(Path, Pem(Topic, TimeSpan.FromDays(10)))).Refuses(HttpStatusCode.BadRequest, "expired");
    }

    [Fact]
    public async Task A_file_with_its_password_is_taken_and_a_wrong_password_is_not()
    {
        using var admin = new ApiClient(Fleet);
        using var certificate = _apple.IssuePushCertificate(Topic);
        var pkcs12 = Convert.ToBase64String(certificate.Export(X509ContentType.Pkcs12, "secret"));
        var refused = (await admin.PutAsync(Path, new { pkcs12, password = "wrong" })).Refuses(HttpStatusCode.BadRequest, "wrong-password");
        Assert.NotNull(refused.Json!["errors"]!["password"]);
        Assert.Equal(Topic, (await admin.PutAsync(Path, new { pkcs12, password = "secret" })).Is(HttpStatusCode.OK).Text("topic"));
        (await admin.PutAsync(Path, new { pkcs12 = "not base64!", password = "secret" })).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    public async Task A_key_of_another_certificate_and_one_without_a_topic_are_refused()
    {
        using var admin = new ApiClient(Fleet);
        using var certificate = _apple.IssuePushCertificate(Topic);
        using var foreign = RSA.Create(2048);
        (await admin.PutAsync(Path, new { certificatePem = certificate.ExportCertificatePem(), privateKeyPem = foreign.ExportPkcs8PrivateKeyPem() })).Refuses(HttpStatusCode.BadRequest, "key-mismatch");
        (await admin.PutAsync(Path, Pem(null))).Refuses(HttpStatusCode.BadRequest, "no-topic");
        (await admin.PutAsync(Path, new { certificatePem = certificate.ExportCertificatePem() })).Refuses(HttpStatusCode.BadRequest, "no-request");
        (await admin.PutAsync(Path, new { })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PostAsync($"{Path}/request")).Is(HttpStatusCode.OK);
        (await admin.PutAsync(Path, new { certificatePem = certificate.ExportCertificatePem() })).Refuses(HttpStatusCode.BadRequest, "key-mismatch");
        (await admin.GetAsync(Path)).Refuses(HttpStatusCode.NotFound, "push-certificate-missing");
    }

    private object Pem(string? topic, TimeSpan? lifetime = null)
    {
        using var certificate = _apple.IssuePushCertificate(topic, lifetime);
        using var key = certificate.GetRSAPrivateKey()!;
        return new { certificatePem = certificate.ExportCertificatePem(), privateKeyPem = key.ExportPkcs8PrivateKeyPem() };
    }

    private static byte[] Der(string pem) => Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
}
