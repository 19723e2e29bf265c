using System.Net;
using Mdm.Fleet.Domain.Commands;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Fleet.Tests.Devices;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Devices;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.Protocol.Certificates;
using Mdm.Fleet.Protocol.Cms;
using Mdm.Fleet.Protocol.Plist;
using Mdm.Fleet.Protocol.Profiles;

namespace Mdm.Fleet.Fleet.Tests.Enrollment;

/// <summary>A device's certificate is renewed before it expires, and whoever holds the device notices nothing.</summary>
public sealed class RenewalTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private static readonly string[] Immutable =
        ["AccessRights", "CheckInURL", "CheckOutWhenRemoved", "ServerCapabilities", "ServerURL", "SignMessage", "Topic", "UseDevelopmentAPNS"];

    private readonly TestFleet _fleet = fixture.Fleet;

    [Theory]
    [InlineData(IdentityProof.TlsCertificate)]
    [InlineData(IdentityProof.MdmSignature)]
    [Trait("Requirement", "PR-02")]
    public async Task A_certificate_about_to_expire_is_renewed_by_SCEP_and_the_session_goes_on(IdentityProof proof)
    {
        var time = new ShiftedTime();
        await using var fleet = await TestFleet.StartAsync(options => options with { Time = time });
        using var device = new SimulatedDevice(
            LoadSim.Devices.DeviceFacts.Of(seed: 7, number: 1), new DeviceOptions { Proof = proof }, fleet.Roots, time, seed: 1);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await device.EnrolAsync(await fleet.NewEnrolmentAsync(), patience.Token);
        await SignInAsync(fleet, device.Facts.Udid);
        await device.ConnectAsync(patience.Token);
        var (before, profile) = ((await fleet.ViewAsync(device.Facts.Udid)).Device, ManagementOf(device));

        // The server may have another address for new enrolments by then.
        await fleet.StopAsync();
        await fleet.StartAgainAsync(options => options with { Frontend = options.Frontend with { PublicUrl = new Uri($"https://127.0.0.1:{fleet.PublicUrl.Port}") } });
        time.Shift = before.IdentityExpiresAt!.Value.AddDays(-29) - DateTimeOffset.UtcNow;
        await device.ConnectAsync(patience.Token);

        var after = (await fleet.ViewAsync(device.Facts.Udid)).Device;
        Assert.True(after.IdentityExpiresAt > before.IdentityExpiresAt.Value.AddDays(365), "The certificate is still the old one.");
        Assert.Equal(SessionOf(before), SessionOf(after));
        Assert.Empty(after.Queue);
        Assert.Equal(profile, ManagementOf(device));

        time.Shift += TimeSpan.FromDays(60); // the old certificate is over
        await fleet.Grains.GetGrain<IDevice>(device.Facts.Udid).Enqueue(new EnqueueRequest(new CommandBody.CertificateList(), Push: false, "test"));
        await device.ConnectAsync(patience.Token);
        Assert.Empty((await fleet.ViewAsync(device.Facts.Udid)).Device.Queue);
        Assert.Equal(0, device.Unenrolled);
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task A_device_that_authenticates_anew_with_the_profile_of_its_renewal_keeps_its_session()
    {
        using var identity = await Wire.IssueAsync(_fleet, TimeSpan.FromDays(10));
        using var wire = await Wire.With(_fleet, identity).EnrolledAsync();
        await SignInAsync(_fleet, wire.Udid);
        var before = (await _fleet.ViewAsync(wire.Udid)).Device;
        var profile = await HandedOutAsync(wire);
        var reference = EnrollmentReference.FromCertificate(identity)!.Value.Value;
        Assert.Equal(_fleet.Keys.Installation.EnrollmentProfile, profile.Identifier);
        Assert.EndsWith($"/mdm/checkin?e={reference}", profile.Mdm!.CheckInUrl, StringComparison.Ordinal);

        using var renewed = Wire.Issue(_fleet.Keys.Devices, reference);
        using var again = Wire.With(_fleet, renewed, udid: wire.Udid);
        Assert.Equal(HttpStatusCode.OK, await again.AuthenticateAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await again.AuthenticateAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await again.TokenUpdateAsync().StatusAsync());

        var after = (await _fleet.ViewAsync(wire.Udid)).Device;
        Assert.Equal(SessionOf(before), SessionOf(after));
        Assert.Equal(renewed.NotAfter.ToUniversalTime(), after.IdentityExpiresAt!.Value.UtcDateTime);
        Assert.DoesNotContain(after.Queue, queued => queued.Body is CommandBody.RenewEnrollment);
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task A_device_that_authenticates_anew_for_no_reason_of_ours_is_nobodys()
    {
        using var wire = await (await Wire.NewAsync(_fleet)).EnrolledAsync();
        await SignInAsync(_fleet, wire.Udid);
        var before = (await _fleet.ViewAsync(wire.Udid)).Device;

        await wire.EnrolledAsync();

        var after = (await _fleet.ViewAsync(wire.Udid)).Device;
        Assert.True(after.Owner.IsNobody);
        Assert.Equal(before.Epoch + 1, after.Epoch);
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task A_refused_renewal_comes_again_after_an_hour_with_another_challenge()
    {
        var time = new ShiftedTime();
        await using var fleet = await TestFleet.StartAsync(options => options with { Time = time });
        using var identity = await Wire.IssueAsync(fleet, TimeSpan.FromDays(10));
        using var wire = await Wire.With(fleet, identity).EnrolledAsync();
        var first = await HandedOutAsync(wire);
        var command = (await fleet.ViewAsync(wire.Udid)).Device.Queue.Single(queued => queued.Body is CommandBody.RenewEnrollment);
        var refusal = $"<key>Status</key><string>Error</string><key>CommandUUID</key><string>{command.Id}</string>";

        Assert.Equal(HttpStatusCode.OK, await wire.ConnectAsync(wire.Plist(refusal)).StatusAsync());
        Assert.DoesNotContain((await fleet.ViewAsync(wire.Udid)).Device.Queue, queued => queued.Body is CommandBody.RenewEnrollment);
        time.Shift = TimeSpan.FromMinutes(61);
        var second = await HandedOutAsync(wire);

        Assert.NotEqual(first.Scep!.Challenge, second.Scep!.Challenge);
        Assert.Equal(first.Mdm!.ServerUrl, second.Mdm!.ServerUrl);
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task A_certificate_that_is_not_about_to_expire_is_left_alone_and_connects_write_nothing()
    {
        await using var fleet = await TestFleet.StartStillAsync();
        using var wire = await (await Wire.NewAsync(fleet)).EnrolledAsync();
        Assert.NotNull((await fleet.ViewAsync(wire.Udid)).Device.IdentityExpiresAt);
        var before = await fleet.StoredAsync();

        Assert.Equal(HttpStatusCode.OK, await wire.IdleAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await wire.TokenUpdateAsync().StatusAsync());

        Assert.Equal(before, await fleet.StoredAsync());
        Assert.DoesNotContain((await fleet.ViewAsync(wire.Udid)).Device.Queue, queued => queued.Body is CommandBody.RenewEnrollment);
    }

    private static (UserName, DateTimeOffset, long, EnrollmentStatus, DateTimeOffset?) SessionOf(Device device) =>
        (device.Owner.User, device.Owner.Since, device.Epoch, device.Status, device.Push?.UpdatedAt);

    private static async Task SignInAsync(TestFleet fleet, string udid)
    {
        var request = new SignInRequest(new UserFacts(new Owner(UserName.Parse("anna"), "Anna", [], default)), 0);
        Assert.Null((await fleet.Grains.GetGrain<IDevice>(udid).SignIn(request)).Refusal);
    }

    /// <summary>The enrolment profile that an idle connect is answered.</summary>
    private static async Task<ConfigurationProfile> HandedOutAsync(Wire wire)
    {
        using var response = await wire.IdleAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var command = ((PlistValue.Dict)PlistValue.Read(await response.Content.ReadAsByteArrayAsync())).GetDict("Command")!;
        Assert.Equal("InstallProfile", command.GetString("RequestType"));
        return ProfileReader.Read(ProfileSigning.Unwrap(command.GetData("Payload")!.Value.ToArray()).Content);
    }

    /// <summary>What the enrolment profile on the device says for good.</summary>
    private static string ManagementOf(SimulatedDevice device)
    {
        var mdm = device.Contents.Profiles.SelectMany(profile => profile.Payloads).Single(payload => payload.Type == "com.apple.mdm").Content;
        return string.Concat(Immutable.Select(key => System.Text.Encoding.UTF8.GetString(PlistValue.Dict.Of((key, mdm[key])).ToXml())));
    }
}
