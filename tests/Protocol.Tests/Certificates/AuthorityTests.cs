using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Certificates;

namespace Mdm.Fleet.Protocol.Tests.Certificates;

[Trait("Requirement", "PR-02")]
public sealed class AuthorityTests : IDisposable
{
    private readonly OpenSsl openssl = new();

    public void Dispose() => openssl.Dispose();

    [Fact]
    public void A_devices_certificate_chains_to_its_authority_by_openssl()
    {
        openssl.WritePem("ca.pem", Authorities.Devices.Certificate);
        openssl.WritePem("device.pem", Authorities.Issue(Authorities.DeviceKey));
        openssl.Run("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", "ca.pem", "device.pem");
        var text = openssl.Run("x509", "-in", "device.pem", "-noout", "-text");
        Assert.Contains("TLS Web Client Authentication", text, StringComparison.Ordinal);
        Assert.Contains("CN = Mdm.Fleet device", text, StringComparison.Ordinal);
        Assert.Contains("CA:FALSE", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_authority_can_open_envelopes_and_sign()
    {
        openssl.WritePem("ca.pem", Authorities.Devices.Certificate);
        var text = openssl.Run("x509", "-in", "ca.pem", "-noout", "-text");
        Assert.Contains("Digital Signature, Key Encipherment, Certificate Sign, CRL Sign", text, StringComparison.Ordinal);
        Assert.Contains("CA:TRUE, pathlen:0", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_comes_back_from_its_bytes()
    {
        using var copy = DeviceAuthority.Import(Authorities.Devices.Export());
        Assert.Equal(Authorities.Devices.Certificate.Thumbprint, copy.Certificate.Thumbprint);
        var issued = copy.IssueDevice(Authorities.Public(Authorities.DeviceKey), Authorities.Reference, DateTimeOffset.UtcNow,
            TimeSpan.FromDays(1));
        Assert.Equal(IdentityVerdict.Trusted, new IdentityChain([Authorities.Devices.Certificate]).Check(issued, DateTimeOffset.UtcNow));
    }

    [Fact]
    public void An_authority_with_the_key_of_another_is_refused()
    {
        var mixed = Authorities.Devices.Export() with { KeyPkcs8 = Authorities.OtherKey.ExportPkcs8PrivateKey() };
        Assert.Equal(CertificateFault.KeyMismatch, Assert.Throws<CertificateFormatException>(() => DeviceAuthority.Import(mixed)).Reason);
        Assert.Throws<CertificateFormatException>(() => DeviceAuthority.Import(mixed with { CertificateDer = [1, 2, 3] }));
        Assert.DoesNotContain("Pkcs8", mixed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Serial_numbers_are_positive_different_and_can_be_given()
    {
        var (one, two) = (Authorities.Issue(Authorities.DeviceKey), Authorities.Issue(Authorities.DeviceKey));
        Assert.NotEqual(one.SerialNumber, two.SerialNumber);
        Assert.Equal(16, one.SerialNumberBytes.Length);
        Assert.InRange(one.SerialNumberBytes.Span[0], 1, 0x7F);
        byte[] given = [0xFF, 2, 3, 4, 5, 6, 7, 8, 9];
        var issued = Authorities.Devices.IssueDevice(
            Authorities.Public(Authorities.DeviceKey), Authorities.Reference, DateTimeOffset.UtcNow, TimeSpan.FromDays(1), given);
        Assert.Equal("7F0203040506070809", issued.SerialNumber);
    }

    [Fact]
    public void No_certificate_outlives_its_authority()
    {
        var issued = Authorities.Issue(Authorities.DeviceKey, TimeSpan.FromDays(36500));
        Assert.Equal(Authorities.Devices.Certificate.NotAfter, issued.NotAfter);
    }

    [Fact]
    public void The_subject_brings_the_reference_back()
    {
        Assert.Equal(Authorities.Reference, EnrollmentReference.FromCertificate(Authorities.Issue(Authorities.DeviceKey)));
        Assert.Null(EnrollmentReference.FromCertificate(Authorities.Devices.Certificate));
        Assert.Null(EnrollmentReference.FromName(new X500DistinguishedName("OU=one, OU=two")));
        Assert.Null(EnrollmentReference.FromName(new X500DistinguishedName("OU=with space")));
        Assert.Null(EnrollmentReference.FromName(new X500DistinguishedName([0x30, 0x05, 0x31, 0x03, 0x30, 0x01, 0x06])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("a/b")]
    public void What_is_no_reference_is_null(string text) => Assert.Null(EnrollmentReference.Parse(text));

    [Fact]
    public void A_server_certificate_serves_its_names_and_addresses_for_at_most_825_days()
    {
        using var authority = ServerAuthority.Create("Fleet CA", DateTimeOffset.UtcNow, TimeSpan.FromDays(3650), 2048);
        using var copy = ServerAuthority.Import(authority.Export());
        using var server = copy.IssueServer(["mdm.example.org", "127.0.0.1", "::1"], DateTimeOffset.UtcNow, TimeSpan.FromDays(3000));
        openssl.WritePem("ca.pem", authority.Certificate);
        openssl.WritePem("server.pem", server);
        foreach (var name in (string[][])[["-verify_hostname", "mdm.example.org"], ["-verify_ip", "127.0.0.1"], ["-verify_ip", "::1"]])
            openssl.Run(["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.pem", .. name, "server.pem"]);
        Assert.NotEqual(0, openssl.Start("openssl", "verify", "-verify_hostname", "other.org", "-CAfile", "ca.pem", "server.pem").Exit);
        Assert.True(server.NotAfter - server.NotBefore <= TimeSpan.FromDays(826));
        Assert.Equal(server.Thumbprint, StoredIdentity.From(server).Load().Thumbprint);
    }
}
