using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Apns;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.Outbound.Push;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>The push governor over HTTP, with a push service that tells what arrives there.</summary>
[Trait("Requirement", "PR-04")]
[Trait("Requirement", "BY-06")]
public sealed class PushGovernorTests : IAsyncLifetime
{
    private readonly Channel<string> _arrivals = Channel.CreateUnbounded<string>();
    private SimulatedApns _apns = null!;
    private TestFleet _fleet = null!;

    public async Task InitializeAsync()
    {
        _apns = await SimulatedApns.StartAsync(new SimulatedApnsOptions(), TimeProvider.System);
        _apns.Script = arrival =>
        {
            _arrivals.Writer.TryWrite(JsonNode.Parse(arrival.Body.Span)!["mdm"]!.ToString());
            return Task.FromResult<ApnsReply?>(null);
        };
        var root = X509Certificate2.CreateFromPem(_apns.Authority.RootPem);
        _fleet = await TestFleet.StartAsync(options => options with { Apns = new ApnsOptions { BaseUrl = _apns.PushUrl, TrustedRoots = [root] } });
        using var admin = new ApiClient(_fleet);
        using var certificate = _apns.Authority.IssuePushCertificate(TestFleet.Topic);
        using var key = certificate.GetRSAPrivateKey()!;
        (await admin.PutAsync("push-certificate", new { certificatePem = certificate.ExportCertificatePem(), privateKeyPem = key.ExportPkcs8PrivateKeyPem() }))
            .Is(HttpStatusCode.OK);
    }

    public async Task DisposeAsync()
    {
        await _fleet.DisposeAsync();
        await _apns.DisposeAsync();
    }

    [Fact]
    public async Task Paused_nothing_bulk_arrives_and_urgent_does_and_resumed_the_rest_arrives()
    {
        using var admin = new ApiClient(_fleet);
        using var one = await EnrolAsync(1);
        using var other = await EnrolAsync(2);
        Assert.Equal("bulk", (await admin.PostAsync("pushes/pause")).Is(HttpStatusCode.OK).Text("paused"));
        while (_arrivals.Reader.TryRead(out _))
        {
        }

        await admin.MakeAsync("configurations", new { name = "Ward", content = new { kind = "wifi", ssid = "Ward" }, distribution = new { to = "all" } });
        var waiting = await UntilAsync(admin, pushes => pushes["waiting"]!["bulk"]!.GetValue<int>() == 2);
        Assert.Null(waiting["forecastSeconds"]);
        (await admin.PostAsync($"devices/{other.Facts.Udid}/commands", new { command = "DeviceLock", message = "Return me" })).Is(HttpStatusCode.Accepted);
        Assert.Equal(other.PushMagic, await ArrivalAsync());
        await UntilAsync(admin, pushes => pushes["waiting"]!["bulk"]!.GetValue<int>() == 1);
        Assert.False(_arrivals.Reader.TryRead(out _));

        Assert.Equal("none", (await admin.PostAsync("pushes/resume")).Is(HttpStatusCode.OK).Text("paused"));
        Assert.Equal(one.PushMagic, await ArrivalAsync());
        var sent = await UntilAsync(admin, pushes => pushes["sentLastMinute"]!.GetValue<int>() >= 2);
        Assert.Equal((0, TestFleet.Topic), (sent["forecastSeconds"]!.GetValue<int>(), sent["topic"]!.ToString()));
        var acts = (await admin.GetAsync("audit?limit=1000")).Json!["items"]!.AsArray().Where(line => line!["kind"]!.ToString() == "push").Select(line => line!["act"]!.ToString());
        Assert.Equal(["Pause bulk pushes", "Resume pushes"], acts);
    }

    [Fact]
    public async Task Rate_burst_and_jitter_are_set_within_bounds_and_survive_a_restart()
    {
        using var admin = new ApiClient(_fleet);
        var before = (await admin.GetAsync("pushes?more=84000")).Is(HttpStatusCode.OK);
        Assert.Equal((1_000, 500, 5, "none", 84), (Number(before, "rate"), Number(before, "burst"), Number(before, "jitterSeconds"), before.Text("paused"), Number(before, "forecastSeconds")));

        var set = (await admin.PutAsync("pushes", new { rate = 127, burst = 50, jitterSeconds = 20 }, ("If-Match", before.Headers.ETag!.ToString()))).Is(HttpStatusCode.OK);
        (await admin.PutAsync("pushes", new { rate = 128 }, ("If-Match", before.Headers.ETag!.ToString()))).Refuses(HttpStatusCode.PreconditionFailed, "stale");
        Assert.Equal(set.Text("etag"), (await admin.GetAsync("pushes")).Text("etag"));
        Assert.NotNull((await admin.PutAsync("pushes", new { rate = 0 })).Refuses(HttpStatusCode.BadRequest, "invalid").Json!["errors"]!["rate"]);
        Assert.NotNull((await admin.PutAsync("pushes", new { burst = 99 })).Refuses(HttpStatusCode.BadRequest, "invalid").Json!["errors"]!["burst"]);
        Assert.NotNull((await admin.PutAsync("pushes", new { jitterSeconds = 601 })).Refuses(HttpStatusCode.BadRequest, "invalid").Json!["errors"]!["jitterSeconds"]);
        (await admin.GetAsync("pushes?more=-1")).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal("all", (await admin.PostAsync("pushes/pause", new { all = true })).Is(HttpStatusCode.OK).Text("paused"));

        await _fleet.StopAsync();
        await _fleet.StartAgainAsync();
        var after = (await admin.GetAsync("pushes")).Is(HttpStatusCode.OK);
        Assert.Equal((127, 50, 20, "all"), (Number(after, "rate"), Number(after, "burst"), Number(after, "jitterSeconds"), after.Text("paused")));
        Assert.Equal("none", (await admin.PostAsync("pushes/resume")).Text("paused"));
        Assert.InRange(Number(await admin.GetAsync("pushes?more=84000"), "forecastSeconds"), 650, 670);
    }

    private static int Number(Answer answer, string member) => answer.Json![member]!.GetValue<int>();

    /// <summary>A device that gets pushes and, as nobody runs it, does not come for them.</summary>
    private async Task<SimulatedDevice> EnrolAsync(int number)
    {
        var options = new DeviceOptions { Push = new PushSource(_apns.Register, (token, cancellation) => _apns.ReceiveAsync(token, cancellation)) };
        var device = new SimulatedDevice(DeviceFacts.Of(seed: 57, number), options, _fleet.Roots, TimeProvider.System, seed: number);
        await device.EnrolAsync(await _fleet.NewEnrolmentAsync(), CancellationToken.None);
        await device.ConnectAsync(CancellationToken.None);
        return device;
    }

    private async Task<string> ArrivalAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _arrivals.Reader.ReadAsync(patience.Token);
    }

    private static async Task<JsonNode> UntilAsync(ApiClient admin, Func<JsonNode, bool> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var pushes = (await admin.GetAsync("pushes")).Is(HttpStatusCode.OK).Json!;
            if (holds(pushes))
                return pushes;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30), $"It never came to hold: {pushes.ToJsonString()}");
        }
    }
}
