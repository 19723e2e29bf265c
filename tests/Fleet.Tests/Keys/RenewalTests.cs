using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Frontend.Keys;
using Mdm.Fleet.Storage.Secrets;
using Microsoft.Extensions.DependencyInjection;

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

    [Fact]
    public async Task Servers_of_one_installation_at_addresses_of_their_own_share_a_certificate_that_names_them_all()
    {
        await using var fleet = await TestFleet.StartAsync();
        Task<InstallationKeys> LoadAsync(string address) => InstallationKeys.LoadAsync(
            fleet.Store, fleet.Services.GetRequiredService<SecretBox>(), ["fleet.example", address], TimeProvider.System);
        using var first = await LoadAsync("192.0.2.1");
        using var second = await LoadAsync("192.0.2.2");
        using var again = await LoadAsync("192.0.2.1");
        await first.RenewAsync(DateTimeOffset.UtcNow);

        Assert.True(second.Server.MatchesHostname("192.0.2.1") && second.Server.MatchesHostname("192.0.2.2") && second.Server.MatchesHostname("fleet.example"));
        Assert.Equal(second.Server.RawData, again.Server.RawData);
        Assert.Equal(second.Server.RawData, first.Server.RawData);
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
