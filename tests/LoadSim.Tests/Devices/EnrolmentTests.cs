using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.Protocol.Commands;

namespace Mdm.Fleet.LoadSim.Tests.Devices;

public sealed class EnrolmentTests
{
    [Fact]
    [Trait("Requirement", "BY-09")]
    public async Task A_device_enrols_by_SCEP_and_shows_its_certificate_in_the_TLS_handshake()
    {
        await using var server = await SecureServer.StartAsync();
        var registered = new List<(string Token, string Topic)>();
        using var device = Device(server, IdentityProof.TlsCertificate, registered);

        await device.EnrolAsync(new Uri(server.Url, "/enroll/token"), CancellationToken.None);

        var (authenticate, token) = (await server.NextAsync(), await server.NextAsync());
        Assert.Equal(("Authenticate", "TokenUpdate"), (authenticate.What, token.What));
        Assert.Equal(device.Facts.SerialNumber, authenticate.Message.GetString("SerialNumber"));
        Assert.NotNull(authenticate.TlsSerial);
        Assert.Equal(authenticate.TlsSerial, token.TlsSerial);
        var (pushToken, topic) = Assert.Single(registered);
        Assert.Equal("com.apple.mgmt.External.test", topic);
        Assert.Equal(pushToken, Convert.ToHexStringLower(token.Message.GetData("Token")!.Value.Span));
        Assert.True(device.Enrolled);
        Assert.Empty(device.Contents.PresentMarks());
    }

    [Fact]
    public async Task A_device_signs_its_messages_when_the_profile_says_so()
    {
        await using var server = await SecureServer.StartAsync(signMessage: true);
        using var device = Device(server, IdentityProof.TlsCertificate);

        await device.EnrolAsync(new Uri(server.Url, "/enroll/token"), CancellationToken.None);

        var heard = await server.NextAsync();
        Assert.NotNull(heard.SignerSerial);
        Assert.Equal(heard.TlsSerial, heard.SignerSerial);
    }

    [Fact]
    public async Task A_device_behind_a_proxy_shows_its_certificate_in_the_header_alone()
    {
        await using var server = await SecureServer.StartAsync();
        using var device = Device(server, IdentityProof.Header);

        await device.EnrolAsync(new Uri(server.Url, "/enroll/token"), CancellationToken.None);

        var heard = await server.NextAsync();
        Assert.Null(heard.TlsSerial);
        using var forwarded = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(heard.ForwardedHeader.Trim(':')));
        Assert.Contains("OU=reference", forwarded.Subject, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task A_profile_of_the_same_identifier_renews_the_identity()
    {
        await using var server = await SecureServer.StartAsync();
        using var device = Device(server, IdentityProof.TlsCertificate);
        await device.EnrolAsync(new Uri(server.Url, "/enroll/token"), CancellationToken.None);
        var first = await server.NextAsync();
        await server.NextAsync();
        server.Commands.Enqueue(Command("renew", new InstallProfile(server.Profile("renewal"))));

        await device.ConnectAsync(CancellationToken.None);

        var (idle, token, result) = (await server.NextAsync(), await server.NextAsync(), await server.NextAsync());
        Assert.Equal(("Idle", "TokenUpdate", "Acknowledged"), (idle.What, token.What, result.What));
        Assert.Equal(first.TlsSerial, idle.TlsSerial);
        Assert.NotEqual(first.TlsSerial, token.TlsSerial);
        Assert.Equal(token.TlsSerial, result.TlsSerial);
    }

    [Fact]
    public async Task A_refused_renewal_leaves_the_enrolment_as_it_was()
    {
        await using var server = await SecureServer.StartAsync();
        using var device = Device(server, IdentityProof.TlsCertificate);
        await device.EnrolAsync(new Uri(server.Url, "/enroll/token"), CancellationToken.None);
        var first = await server.NextAsync();
        await server.NextAsync();
        server.Commands.Enqueue(Command("renew", new InstallProfile(server.Profile("spent"))));

        await device.ConnectAsync(CancellationToken.None);

        await server.NextAsync();
        var result = await server.NextAsync();
        Assert.Equal("Error", result.What);
        Assert.Equal(first.TlsSerial, result.TlsSerial);
        Assert.True(device.Enrolled);
    }

    private static SimulatedDevice Device(SecureServer server, IdentityProof proof, List<(string, string)>? registered = null) => new(
        DeviceFacts.Of(1, 1),
        EnrolledDevice.Options with
        {
            Proof = proof,
            Push = new PushSource((token, topic) => registered?.Add((token, topic)), (_, _) => AsyncEnumerable.Empty<string>()),
        },
        server.Roots, TimeProvider.System, seed: 1);

    private static byte[] Command(string uuid, Command command)
    {
        var output = new ArrayBufferWriter<byte>();
        command.Encode(uuid, output);
        return output.WrittenSpan.ToArray();
    }
}
