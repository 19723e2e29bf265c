using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Keys;

public class RenewalTests
{
    [Fact]
    public async Task A_server_that_runs_for_years_serves_a_valid_certificate_and_signs_with_one()
    {
        await using var fleet = await TestFleet.StartAsync();
        var (server, signer) = (fleet.Keys.Server, fleet.Keys.ProfileSigner);
        Assert.Equal(server.RawData, await ServedAsync(fleet));

        await fleet.Keys.RenewAsync(DateTimeOffset.UtcNow);
        Assert.Same(server, fleet.Keys.Server);
        var later = DateTimeOffset.UtcNow.AddYears(6);
        await fleet.Keys.RenewAsync(later);

        Assert.True(fleet.Keys.Server.NotAfter > later.LocalDateTime);
        Assert.True(fleet.Keys.ProfileSigner.NotAfter > later.LocalDateTime);
        Assert.NotEqual(signer.RawData, fleet.Keys.ProfileSigner.RawData);
        Assert.NotEqual(server.RawData, fleet.Keys.Server.RawData);
        Assert.Equal(fleet.Keys.Server.RawData, await ServedAsync(fleet));
    }

    /// <summary>The certificate of a new TLS connection, whose chain ends at the installation's authority.</summary>
    private static async Task<byte[]> ServedAsync(TestFleet fleet)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, fleet.PublicUrl.Port);
        await using var tls = new SslStream(socket.GetStream());
        byte[] served = [];
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                served = certificate!.GetRawCertData();
                return certificate.Issuer == fleet.Keys.Servers.Certificate.Subject;
            },
        });
        return served;
    }
}
