using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mdm.Fleet.Fleet.Tests.Devices;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Enrollment;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Scep;

namespace Mdm.Fleet.Fleet.Tests.Enrollment;

[Trait("Requirement", "PR-02")]
public class ScepTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private const string Challenge = "a challenge that nobody guesses";
    private static readonly ScepCapabilities Post = ScepCapabilities.Parse("POSTPKIOperation");
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    public async Task The_certificate_is_for_the_reference_that_the_challenge_was_made_for()
    {
        var reference = await NewReferenceAsync();
        using var http = _fleet.Browser();
        using var key = RSA.Create(2048);
        using var request = await RequestAsync(key, reference);

        var answer = await Client(http).SendAsync(request, Post);

        Assert.Equal(ScepStatus.Success, answer.Status);
        Assert.Equal(reference, EnrollmentReference.FromCertificate(answer.Certificate!)?.Value);
        using var wire = await Wire.With(_fleet, answer.Certificate).EnrolledAsync();
        Assert.Equal($"ref:{reference}", (await _fleet.ViewAsync(wire.Udid)).Device.Identity);
    }

    [Fact]
    public async Task A_retried_transaction_gets_the_same_certificate_by_GET_too()
    {
        var reference = await NewReferenceAsync();
        using var http = _fleet.Browser();
        using var key = RSA.Create(2048);
        using var request = await RequestAsync(key, reference);

        var first = await Client(http).SendAsync(request, Post);
        var again = await Client(http).SendAsync(request, Post);
        var byGet = await Client(http).SendAsync(request, ScepCapabilities.Parse(""));

        Assert.Equal(first.Certificate!.RawData, again.Certificate!.RawData);
        Assert.Equal(first.Certificate.RawData, byGet.Certificate!.RawData);
    }

    [Fact]
    public async Task A_challenge_is_good_for_one_key_only()
    {
        var reference = await NewReferenceAsync();
        using var http = _fleet.Browser();
        using var key = RSA.Create(2048);
        using var other = RSA.Create(2048);
        using var first = await RequestAsync(key, reference);
        using var second = await RequestAsync(other, reference);

        Assert.Equal(ScepStatus.Success, (await Client(http).SendAsync(first, Post)).Status);
        Assert.Equal(ScepStatus.Failure, (await Client(http).SendAsync(second, Post)).Status);
    }

    [Theory]
    [InlineData("another challenge")]
    [InlineData(null)]
    public async Task A_wrong_challenge_is_refused_and_the_right_one_still_works(string? challenge)
    {
        var reference = await NewReferenceAsync();
        using var http = _fleet.Browser();
        using var key = RSA.Create(2048);
        using var wrong = await RequestAsync(key, reference, challenge);
        using var right = await RequestAsync(key, reference);

        var refused = await Client(http).SendAsync(wrong, Post);

        Assert.Equal((ScepStatus.Failure, ScepFailInfo.BadRequest), (refused.Status, refused.FailInfo));
        Assert.Equal(ScepStatus.Success, (await Client(http).SendAsync(right, Post)).Status);
    }

    [Fact]
    public async Task A_renewal_by_the_current_certificate_keeps_the_enrolment()
    {
        var reference = await NewReferenceAsync();
        using var http = _fleet.Browser();
        using var key = RSA.Create(2048);
        using var request = await RequestAsync(key, reference);
        var current = (await Client(http).SendAsync(request, Post)).Certificate!;
        using var wire = await Wire.With(_fleet, current).EnrolledAsync();
        using var newKey = RSA.Create(2048);
        using var renewal = new ScepClient(_fleet.Keys.Devices.Certificate).Renew(current, newKey);

        var renewed = (await Client(http).SendAsync(renewal, Post)).Certificate!;

        Assert.NotEqual(current.SerialNumber, renewed.SerialNumber);
        using var after = Wire.With(_fleet, renewed, udid: wire.Udid);
        Assert.Equal(HttpStatusCode.OK, await after.IdleAsync().StatusAsync());
    }

    [Fact]
    public async Task A_renewal_by_a_stranger_s_certificate_is_refused()
    {
        using var stranger = DeviceAuthority.Create("Mdm.Fleet devices", DateTimeOffset.UtcNow, TimeSpan.FromDays(30), keyBits: 2048);
        using var forged = Wire.Issue(stranger, await NewReferenceAsync());
        using var http = _fleet.Browser();
        using var newKey = RSA.Create(2048);
        using var renewal = new ScepClient(_fleet.Keys.Devices.Certificate).Renew(forged, newKey);

        Assert.Equal(ScepStatus.Failure, (await Client(http).SendAsync(renewal, Post)).Status);
    }

    [Theory]
    [InlineData("", "", HttpStatusCode.BadRequest)]
    [InlineData("operation=Other", "", HttpStatusCode.BadRequest)]
    [InlineData("operation=PKIOperation", "garbage", HttpStatusCode.BadRequest)]
    [InlineData("operation=PKIOperation", "", HttpStatusCode.BadRequest)]
    [Trait("Requirement", "PR-08")]
    public async Task What_is_no_SCEP_is_refused(string query, string body, HttpStatusCode expected)
    {
        using var wire = Wire.With(_fleet, identity: null);

        Assert.Equal(expected, await wire.SendAsync("/scep?" + query, null, System.Text.Encoding.ASCII.GetBytes(body), "POST").StatusAsync());
    }

    [Fact]
    [Trait("Requirement", "PR-08")]
    public async Task A_message_that_is_too_large_is_refused()
    {
        using var wire = Wire.With(_fleet, identity: null);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await wire.SendAsync("/scep?operation=PKIOperation", null, new byte[65 * 1024], "POST").StatusAsync());
    }

    [Fact]
    [Trait("Requirement", "PR-08")]
    public async Task Who_guesses_is_refused_for_a_while_and_a_right_challenge_works_from_the_same_address()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var wire = Wire.With(fleet, identity: null);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 61; i++)
            statuses.Add(await wire.SendAsync("/scep?operation=PKIOperation", null, [1, 2, 3], "POST").StatusAsync());

        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.All(statuses.Take(60), status => Assert.Equal(HttpStatusCode.BadRequest, status));
        var facts = LoadSim.Devices.DeviceFacts.Of(seed: 7, number: 61);
        using var device = new LoadSim.Devices.SimulatedDevice(facts, new LoadSim.Devices.DeviceOptions(), fleet.Roots, TimeProvider.System, seed: 1);
        await device.EnrolAsync(await fleet.NewEnrolmentAsync(), CancellationToken.None);
        Assert.True(device.Enrolled);
    }

    private ScepHttpClient Client(HttpClient http) => new(http, new Uri(_fleet.PublicUrl, "/scep"));

    private async Task<string> NewReferenceAsync()
    {
        var reference = RandomNumberGenerator.GetHexString(22, lowercase: true);
        await _fleet.Grains.GetGrain<IEnrolmentReference>(reference).Create(Challenge, [], DateTimeOffset.UtcNow.AddDays(1));
        return reference;
    }

    private async Task<Protocol.Scep.ScepTransaction> RequestAsync(RSA key, string reference, string? challenge = Challenge)
    {
        using var http = _fleet.Browser();
        var name = new X500DistinguishedNameBuilder();
        name.Add("2.5.4.11", reference);
        name.AddCommonName("an iPad");
        return new ScepClient(await Client(http).GetCaCertificateAsync()).Enroll(key, name.Build(), challenge, DateTimeOffset.UtcNow);
    }
}
