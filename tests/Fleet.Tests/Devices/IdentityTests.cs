using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Cms;

namespace Mdm.Fleet.Fleet.Tests.Devices;

[Trait("Requirement", "PR-02")]
public class IdentityTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    public async Task Without_an_identity_a_device_is_refused()
    {
        using var nobody = Wire.With(_fleet, identity: null);

        Assert.Equal(HttpStatusCode.Forbidden, await nobody.AuthenticateAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await nobody.IdleAsync().StatusAsync());
    }

    [Theory]
    [InlineData(IdentityProof.Header)]
    [InlineData(IdentityProof.TlsCertificate)]
    [InlineData(IdentityProof.MdmSignature)]
    public async Task An_identity_of_another_authority_is_refused(IdentityProof proof)
    {
        using var stranger = DeviceAuthority.Create("Mdm.Fleet devices", DateTimeOffset.UtcNow, TimeSpan.FromDays(30), keyBits: 2048);
        using var identity = Wire.Issue(stranger, "a-reference");
        using var wire = Wire.With(_fleet, identity, proof);

        Assert.Equal(HttpStatusCode.Forbidden, await wire.AuthenticateAsync().StatusAsync());
    }

    [Theory]
    [InlineData(IdentityProof.Header)]
    [InlineData(IdentityProof.TlsCertificate)]
    [InlineData(IdentityProof.MdmSignature)]
    public async Task Another_device_s_identity_is_refused(IdentityProof proof)
    {
        using var device = await (await Wire.NewAsync(_fleet)).EnrolledAsync();
        using var other = await Wire.NewAsync(_fleet, proof, device.Udid);

        Assert.Equal(HttpStatusCode.Forbidden, await other.IdleAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await other.TokenUpdateAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await device.IdleAsync().StatusAsync());
    }

    [Fact]
    public async Task A_forwarded_certificate_may_be_url_escaped_PEM()
    {
        using var identity = await Wire.IssueAsync(_fleet);
        using var wire = Wire.With(_fleet, identity: null);
        var body = System.Text.Encoding.UTF8.GetBytes(wire.Plist($"<key>MessageType</key><string>Authenticate</string><key>Topic</key><string>{TestFleet.Topic}</string>"));

        Assert.Equal(HttpStatusCode.OK, await wire.SendAsync("/mdm/checkin", Wire.CheckInType, body, change: request =>
            request.Headers.Add(TestFleet.CertificateHeader, Uri.EscapeDataString(identity.ExportCertificatePem()))).StatusAsync());
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData(":!!!:")]
    [InlineData("::")]
    public async Task A_forwarded_header_that_is_no_certificate_is_refused(string header)
    {
        using var wire = Wire.With(_fleet, identity: null);

        Assert.Equal(HttpStatusCode.Forbidden, await wire.SendAsync("/mdm/connect", null, [1], change: request =>
            request.Headers.Add(TestFleet.CertificateHeader, header)).StatusAsync());
    }

    [Theory]
    [InlineData("192.0.2.7/32", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.2/31", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.0/8", HttpStatusCode.OK)]
    public async Task A_header_from_an_address_that_is_not_trusted_counts_for_nothing(string trusted, HttpStatusCode expected)
    {
        await using var fleet = await TestFleet.StartAsync(options => options with
        {
            Frontend = options.Frontend with { TrustedProxies = [IPNetwork.Parse(trusted)] },
        });
        using var identity = await Wire.IssueAsync(fleet);
        using var forwarded = Wire.With(fleet, identity, IdentityProof.Header);
        using var real = Wire.With(fleet, identity, IdentityProof.TlsCertificate, forwarded.Udid);

        Assert.Equal(expected, await forwarded.AuthenticateAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await real.AuthenticateAsync().StatusAsync());
    }

    [Fact]
    public async Task A_signature_over_other_bytes_is_refused()
    {
        using var identity = await Wire.IssueAsync(_fleet);
        using var wire = Wire.With(_fleet, identity: null);
        var body = System.Text.Encoding.UTF8.GetBytes(wire.Plist("<key>Status</key><string>Idle</string>"));

        foreach (var (signature, expected) in new[]
        {
            (MdmSignature.Sign(identity, [.. body, (byte)' ']), HttpStatusCode.BadRequest), ("AAAA", HttpStatusCode.Forbidden), ("not base64", HttpStatusCode.Forbidden),
        })
        {
            Assert.Equal(expected, await wire.SendAsync("/mdm/connect", Wire.ConnectType, body, change: request =>
                request.Headers.Add(MdmSignature.HeaderName, signature)).StatusAsync());
        }
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_though_it_was_known()
    {
        var time = new ShiftedTime();
        await using var fleet = await TestFleet.StartAsync(options => options with { Time = time });
        using var identity = await Wire.IssueAsync(fleet, TimeSpan.FromDays(10));
        using var wire = await Wire.With(fleet, identity).EnrolledAsync();

        time.Shift = TimeSpan.FromDays(11);

        Assert.Equal(HttpStatusCode.Forbidden, await wire.IdleAsync().StatusAsync());
        time.Shift = TimeSpan.Zero;
        Assert.Equal(HttpStatusCode.OK, await wire.IdleAsync().StatusAsync());
    }

    [Fact]
    public async Task A_given_authority_s_certificate_identifies_a_device_and_may_be_replaced_by_one_of_the_device_s_name()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=given", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        await using var fleet = await TestFleet.StartAsync(options => options with
        {
            Frontend = options.Frontend with { DeviceAuthorities = [authority.ExportCertificatePem()] },
        });
        var udid = Wire.NewUdid();
        using var first = await Wire.With(fleet, Given(authority, "anything"), udid: udid).EnrolledAsync();
        using var other = Wire.With(fleet, Given(authority, "something else"), udid: udid);
        using var named = Wire.With(fleet, Given(authority, udid), udid: udid);

        Assert.Equal(HttpStatusCode.OK, await first.IdleAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await other.AuthenticateAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await named.AuthenticateAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await first.IdleAsync().StatusAsync());
    }

    private static X509Certificate2 Given(X509Certificate2 authority, string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var bare = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(20), RandomNumberGenerator.GetBytes(12));
        return bare.CopyWithPrivateKey(key);
    }
}
