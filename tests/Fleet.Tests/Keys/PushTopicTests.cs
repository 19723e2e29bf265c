using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Fleet.Tests.Devices;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Grains.Push;
using Mdm.Fleet.Outbound.Push;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Storage.Secrets;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Fleet.Tests.Keys;

[Trait("Requirement", "PR-04")]
public class PushTopicTests
{
    private const string Topic = "com.apple.mgmt.External.0e6b2d51-1c1f-4f5e-8a54-3f3a6d1f2b77";

    [Fact]
    public async Task The_push_certificate_decides_the_topic_of_enrolments_and_is_used_for_pushes()
    {
        await using var fleet = await TestFleet.StartAsync(options => options with { Frontend = options.Frontend with { DevelopmentTopic = null } });
        using var certificate = NewCertificate();
        var view = fleet.Services.GetRequiredService<SecretBox>().Seal(certificate.Item);
        Assert.True(await fleet.Grains.GetGrain<IPushCertificate>(IPushCertificate.Key).Put(view, "test"));
        using var browser = fleet.Browser();
        using var wire = await Wire.NewAsync(fleet);

        var profile = System.Text.Encoding.UTF8.GetString(await browser.GetByteArrayAsync(await fleet.NewEnrolmentAsync()));
        var used = await fleet.Services.GetRequiredService<IPushCertificates>().FindAsync(Topic, CancellationToken.None);

        Assert.Contains(Topic, profile, StringComparison.Ordinal);
        Assert.True(used!.HasPrivateKey);
        Assert.Equal(certificate.Item.Certificate.RawData, used.RawData);
        Assert.Null(await fleet.Services.GetRequiredService<IPushCertificates>().FindAsync(TestFleet.Topic, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Forbidden, await wire.AuthenticateAsync().StatusAsync());
    }

    [Fact]
    public async Task What_is_kept_of_a_push_certificate_holds_no_readable_key()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var certificate = NewCertificate();
        var box = fleet.Services.GetRequiredService<SecretBox>();

        var view = box.Seal(certificate.Item);

        Assert.Throws<SecretUnreadableException>(() => new SecretBox(new byte[SecretBox.KeyBytes]).Open(view));
        Assert.Equal(-1, view.SealedPkcs12.Span.IndexOf(certificate.Item.Export().KeyPkcs8.AsSpan(40, 32)));
        Assert.Equal(Topic, box.Open(view).Topic);
    }

    private static Held NewCertificate()
    {
        using var key = RSA.Create(2048);
        var name = new X500DistinguishedNameBuilder();
        name.Add("0.9.2342.19200300.100.1.1", Topic);
        name.AddCommonName("APSP:test");
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(365));
        return new Held(PushCertificate.FromPem(made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem()));
    }

    private sealed record Held(PushCertificate Item) : IDisposable
    {
        public void Dispose() => Item.Certificate.Dispose();
    }
}
