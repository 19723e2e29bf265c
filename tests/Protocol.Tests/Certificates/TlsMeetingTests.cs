using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Protocol.Certificates;

namespace Mdm.Fleet.Protocol.Tests.Certificates;

/// <summary>Certificates of both authorities in a real handshake: a device's identity arrives at the server.</summary>
[Trait("Requirement", "PR-02")]
public sealed class TlsMeetingTests
{
    [Fact]
    public async Task A_device_and_a_server_know_each_other_over_TLS()
    {
        using var servers = ServerAuthority.Create("Fleet CA", DateTimeOffset.UtcNow, TimeSpan.FromDays(3650), 2048);
        using var server = StoredIdentity.From(servers.IssueServer(["mdm.test"], DateTimeOffset.UtcNow, TimeSpan.FromDays(90))).Load();
        using var device = Authorities.Issue(Authorities.DeviceKey);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var accepted = AcceptAsync(listener, server);
        using var socket = new TcpClient();
        await socket.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "mdm.test",
            ClientCertificates = [device],
            CertificateChainPolicy = Trusting(servers.Certificate),
        });
        await tls.WriteAsync("x"u8.ToArray());

        var arrived = await accepted;
        Assert.Equal(device.Thumbprint, arrived.Thumbprint);
        Assert.Equal(IdentityVerdict.Trusted, new IdentityChain([Authorities.Devices.Certificate]).Check(arrived, DateTimeOffset.UtcNow));
    }

    private static async Task<X509Certificate2> AcceptAsync(TcpListener listener, X509Certificate2 server)
    {
        using var socket = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsServerAsync(server, clientCertificateRequired: true, checkCertificateRevocation: false);
        await tls.ReadExactlyAsync(new byte[1]);
        return X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
    }

    private static X509ChainPolicy Trusting(X509Certificate2 root) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { X509CertificateLoader.LoadCertificate(root.RawData) },
        RevocationMode = X509RevocationMode.NoCheck,
    };
}
