using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.LoadSim.Admin;
using Mdm.Fleet.LoadSim.Apns;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.Network;
using Mdm.Fleet.LoadSim.Reports;
using Mdm.Fleet.LoadSim.Shifts;

namespace Mdm.Fleet.LoadSim.Tests.Shifts;

public sealed class ShiftScenarioTests
{
    private const int Devices = 4;

    [Fact]
    [Trait("Requirement", "BY-09")]
    public async Task A_server_that_keeps_its_word_gets_a_clean_report()
    {
        var report = await PlayAsync(new WardSins());

        Assert.Empty(report.Failures);
        Assert.Equal((Devices, 2 * Devices, 2 * Devices, 0, 0), (report.Enrolled, report.SignIns, report.SignOuts, report.Residue, report.Lost));
        Assert.True(report.SignInToReadyMs.P50 > 0);
        Assert.True(report.Holds(turns: 2));
    }

    [Fact]
    [Trait("Requirement", "BY-09")]
    public async Task What_a_server_leaves_behind_while_it_says_clean_is_residue()
    {
        var report = await PlayAsync(new WardSins(Keeps: "nurses"));

        Assert.True(report.Residue > 0);
        Assert.False(report.Holds(turns: 2));
    }

    [Fact]
    public async Task What_is_left_counts_even_when_the_server_never_says_clean()
    {
        var report = await PlayAsync(new WardSins(Keeps: "nurses", NeverClean: true), patienceSeconds: 5);

        Assert.Contains(report.Failures, failure => failure.Contains("waits for a clean hand-over", StringComparison.Ordinal));
        Assert.True(report.Residue > 0);
    }

    [Fact]
    public async Task What_arrives_with_the_last_of_nobodys_items_is_residue_once_for_each_hand_over()
    {
        var report = await PlayAsync(new WardSins(Returns: "nurses", Withholds: "ward-equipment"));

        Assert.Equal(2 * Devices, report.Residue);
        Assert.False(report.Holds(turns: 2));
    }

    [Fact]
    public async Task What_comes_back_before_the_very_end_is_residue()
    {
        var report = await PlayAsync(new WardSins(Returns: "nurses"));

        Assert.Equal(Devices, report.Residue);
        Assert.False(report.Holds(turns: 2));
    }

    [Fact]
    public async Task A_hand_over_that_the_server_forgets_is_lost()
    {
        var report = await PlayAsync(new WardSins(Remembers: 0));

        Assert.Equal(2 * Devices, report.Lost);
        Assert.False(report.Holds(turns: 2));
    }

    [Fact]
    public async Task The_hand_overs_of_an_earlier_run_do_not_stand_in_for_those_of_this_one()
    {
        await using var server = await WardServer.StartAsync(new WardSins(Remembers: 2));

        var first = await PlayAsync(server);
        var second = await PlayAsync(server);

        Assert.True(first.Holds(turns: 2));
        Assert.Equal((Devices, 2 * Devices, 2 * Devices), (second.Enrolled, second.SignOuts, second.Lost));
    }

    [Fact]
    [Trait("Requirement", "PR-03")]
    public async Task An_enrolment_that_a_device_cannot_prove_is_lost_whatever_the_server_says_of_it()
    {
        var report = await PlayAsync(new WardSins(Unenrols: true));

        Assert.Equal((Devices, Devices), (report.Lost, report.Unenrolled));
        Assert.False(report.Holds(turns: 2));
    }

    [Fact]
    public async Task A_sign_out_after_which_the_page_is_not_free_is_lost_though_the_server_recorded_it()
    {
        var report = await PlayAsync(new WardSins(Reverts: true));

        Assert.Equal(Devices, report.Lost);
        Assert.False(report.Holds(turns: 2));
    }

    [Fact]
    public async Task An_attempt_on_the_persons_own_profile_counts_as_lost()
    {
        var report = await PlayAsync(new WardSins(TouchesOwnThings: true));

        Assert.Equal(Devices, report.Lost);
        Assert.False(report.Holds(turns: 2));
    }

    private static async Task<ShiftReport> PlayAsync(WardSins sins, int patienceSeconds = 20)
    {
        await using var server = await WardServer.StartAsync(sins);
        return await PlayAsync(server, patienceSeconds);
    }

    private static async Task<ShiftReport> PlayAsync(WardServer server, int patienceSeconds = 20)
    {
        await using var apns = await SimulatedApns.StartAsync(new SimulatedApnsOptions(), TimeProvider.System);
        using var pushCertificate = apns.Authority.IssuePushCertificate("com.apple.mgmt.External.test");
        var pushTrust = new TrustedRoots(X509Certificate2.CreateFromPem(apns.Authority.RootPem));
        using var pusher = new HttpClient(new SocketsHttpHandler { SslOptions = pushTrust.ForClient(pushCertificate) });
        server.Push = async (token, magic) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(apns.PushUrl, $"/3/device/{token}"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = JsonContent.Create(new { mdm = magic }),
            };
            request.Headers.Add("apns-topic", "com.apple.mgmt.External.test");
            request.Headers.Add("apns-push-type", "mdm");
            request.Headers.Add("apns-expiration", $"{DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds()}");
            using var response = await pusher.SendAsync(request);
        };
        var options = new ShiftOptions { Url = server.Url, Devices = Devices, Proof = IdentityProof.Header, Patience = TimeSpan.FromSeconds(patienceSeconds) };
        using var admin = new AdminApi(server.Url, "token", new TrustedRoots(), TimeProvider.System, TimeSpan.FromSeconds(20), seed: 1);
        return await new ShiftScenario(
            options, admin, apns, new TrustedRoots(), new NoMischief(), new Progress(TextWriter.Null, TimeProvider.System), TimeProvider.System)
            .RunAsync(CancellationToken.None);
    }
}
