using System.Net;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Fleet.Tests.Devices;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.Enrollment;

public class EnrolmentTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Theory]
    [InlineData(IdentityProof.TlsCertificate)]
    [InlineData(IdentityProof.MdmSignature)]
    [InlineData(IdentityProof.Header)]
    [Trait("Requirement", "PR-01")]
    [Trait("Requirement", "PR-02")]
    public async Task A_device_enrols_by_SCEP_and_tells_about_itself(IdentityProof proof)
    {
        var facts = LoadSim.Devices.DeviceFacts.Of(seed: 7, number: 1 + (int)proof);
        using var device = new SimulatedDevice(facts, new DeviceOptions { Proof = proof }, _fleet.Roots, TimeProvider.System, seed: 1);

        await device.EnrolAsync(await _fleet.NewEnrolmentAsync(), CancellationToken.None);
        await device.ConnectAsync(CancellationToken.None);

        Assert.True(device.Enrolled);
        var view = await _fleet.ViewAsync(facts.Udid);
        Assert.Equal(EnrollmentStatus.Enrolled, view.Device.Status);
        Assert.Equal(facts.SerialNumber, view.Device.Facts.SerialNumber);
        Assert.Equal(facts.DeviceName, view.Device.Facts.Name);
        Assert.StartsWith("ref:", view.Device.Identity, StringComparison.Ordinal);
        Assert.Empty(view.Device.Queue);
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task A_profile_that_was_used_by_one_device_does_not_enrol_another()
    {
        using var first = await Wire.NewAsync(_fleet);
        await first.EnrolledAsync();
        using var identity = await Wire.IssueAsync(_fleet);
        using var one = Wire.With(_fleet, identity);
        using var other = Wire.With(_fleet, identity);

        Assert.Equal(HttpStatusCode.OK, await one.AuthenticateAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await other.AuthenticateAsync().StatusAsync());
        Assert.False((await _fleet.ViewAsync(other.Udid)).Exists);
    }

    [Fact]
    public async Task A_link_that_is_not_valid_is_told_in_a_page()
    {
        using var browser = _fleet.Browser();
        using var response = await browser.GetAsync(new Uri(_fleet.PublicUrl, "/enroll/nothing-of-ours"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("not valid", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "PR-08")]
    public async Task Who_guesses_links_is_refused_and_a_valid_link_works_from_the_same_address()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var browser = fleet.Browser();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 61; i++)
            statuses.Add(await browser.GetAsync(new Uri(fleet.PublicUrl, $"/enroll/guess-{i}")).StatusAsync());

        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.All(statuses.Take(60), status => Assert.Equal(HttpStatusCode.NotFound, status));
        Assert.Equal(HttpStatusCode.OK, await browser.GetAsync(await fleet.NewEnrolmentAsync()).StatusAsync());
    }

    [Fact]
    public async Task Nobody_enrols_before_there_is_a_topic_or_a_public_address()
    {
        await using var fleet = await TestFleet.StartAsync(options => options with { Frontend = options.Frontend with { DevelopmentTopic = null } });
        var link = await fleet.NewEnrolmentAsync();
        using var browser = fleet.Browser();
        using var response = await browser.GetAsync(link);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("push certificate", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_authority_of_the_server_can_be_downloaded()
    {
        using var browser = _fleet.Browser();

        var pem = await browser.GetStringAsync(new Uri(_fleet.PublicUrl, "/enroll/ca.pem"));
        var der = await browser.GetByteArrayAsync(new Uri(_fleet.PublicUrl, "/enroll/ca.crt"));

        Assert.Equal(_fleet.Keys.Servers.Certificate.RawData, der);
        Assert.Equal(_fleet.Keys.Servers.Certificate.ExportCertificatePem(), pem.TrimEnd());
    }
}
