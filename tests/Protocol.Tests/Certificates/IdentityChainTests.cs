using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Certificates;

namespace Mdm.Fleet.Protocol.Tests.Certificates;

[Trait("Requirement", "PR-02")]
public sealed class IdentityChainTests
{
    private static readonly IdentityChain Chain = new([Authorities.Devices.Certificate]);
    private static readonly X509Certificate2 Device = Authorities.Issue(Authorities.DeviceKey, TimeSpan.FromDays(30));

    [Theory]
    [InlineData(0, IdentityVerdict.Trusted)]
    [InlineData(29, IdentityVerdict.Trusted)]
    [InlineData(31, IdentityVerdict.Expired)]
    [InlineData(-1, IdentityVerdict.NotYetValid)]
    public void Validity_is_judged_at_the_given_moment(int days, IdentityVerdict expected) =>
        Assert.Equal(expected, Chain.Check(Device, DateTimeOffset.UtcNow.AddDays(days)));

    [Fact]
    public void Another_authority_of_the_same_name_does_not_count()
    {
        using var impostor = DeviceAuthority.Create("Device CA", DateTimeOffset.UtcNow, TimeSpan.FromDays(30), 2048);
        using var device = impostor.IssueDevice(
            Authorities.Public(Authorities.DeviceKey), Authorities.Reference, DateTimeOffset.UtcNow, TimeSpan.FromDays(30));
        Assert.Equal(IdentityVerdict.UnknownAuthority, Chain.Check(device, DateTimeOffset.UtcNow));
    }

    [Fact]
    public void A_self_signed_certificate_does_not_count()
    {
        using var openssl = new OpenSsl();
        Assert.Equal(IdentityVerdict.UnknownAuthority, Chain.Check(openssl.SelfSigned("me", "/CN=me"), DateTimeOffset.UtcNow));
    }

    [Fact]
    public void No_authority_means_nobody() =>
        Assert.Equal(IdentityVerdict.UnknownAuthority, new IdentityChain([]).Check(Device, DateTimeOffset.UtcNow));

    [Fact]
    public void A_certificate_for_servers_is_not_for_clients()
    {
        using var servers = ServerAuthority.Create("Servers", DateTimeOffset.UtcNow, TimeSpan.FromDays(30), 2048);
        using var server = servers.IssueServer(["localhost"], DateTimeOffset.UtcNow, TimeSpan.FromDays(5));
        Assert.Equal(IdentityVerdict.NotForClients, new IdentityChain([servers.Certificate]).Check(server, DateTimeOffset.UtcNow));
    }

    [Fact]
    public void A_given_authority_between_root_and_device_is_used()
    {
        using var openssl = new OpenSsl();
        openssl.Write("extensions", "basicConstraints=critical,CA:TRUE\n");
        openssl.SelfSigned("root", "/CN=root");
        openssl.Run("req", "-new", "-nodes", "-newkey", "rsa:2048", "-keyout", "mid.key", "-subj", "/CN=mid", "-out", "mid.csr");
        openssl.Run("x509", "-req", "-in", "mid.csr", "-CA", "root.pem", "-CAkey", "root.key", "-extfile", "extensions", "-days", "5",
            "-out", "mid.pem");
        openssl.Run("req", "-new", "-nodes", "-newkey", "rsa:2048", "-keyout", "leaf.key", "-subj", "/CN=leaf", "-out", "leaf.csr");
        openssl.Run("x509", "-req", "-in", "leaf.csr", "-CA", "mid.pem", "-CAkey", "mid.key", "-days", "5", "-out", "leaf.pem");
        var leaf = X509Certificate2.CreateFromPem(File.ReadAllText(openssl.Path("leaf.pem")));
        var (root, mid) = (File.ReadAllText(openssl.Path("root.pem")), File.ReadAllText(openssl.Path("mid.pem")));

        Assert.Equal(IdentityVerdict.Trusted, Check(root + mid));
        Assert.Equal(IdentityVerdict.UnknownAuthority, Check(root));

        IdentityVerdict Check(string authorities) =>
            new IdentityChain(IdentityChain.AuthoritiesFromPem(authorities)).Check(leaf, DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("", CertificateFault.Empty)]
    [InlineData("no certificates", CertificateFault.Empty)]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", CertificateFault.Malformed)]
    public void A_file_without_authorities_is_refused(string pem, CertificateFault reason) =>
        Assert.Equal(reason, Assert.Throws<CertificateFormatException>(() => IdentityChain.AuthoritiesFromPem(pem)).Reason);
}
