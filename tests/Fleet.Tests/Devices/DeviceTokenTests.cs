using System.Net;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Protocol.Plist;
using Mdm.Fleet.Protocol.Tests.Samples;

namespace Mdm.Fleet.Fleet.Tests.Devices;

/// <summary>The bootstrap token, and the token for Managed Apple Accounts, over real HTTP.</summary>
public sealed class DeviceTokenTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private const string Get = "<key>MessageType</key><string>GetBootstrapToken</string>";
    private const string Maid = "<key>MessageType</key><string>GetToken</string><key>TokenServiceType</key><string>com.apple.maid</string>";

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task A_bootstrap_token_is_given_back_until_it_is_deleted_and_is_stored_sealed()
    {
        using var wire = await (await Wire.NewAsync(_fleet)).EnrolledAsync();
        Assert.Empty((await AskAsync(wire, Get)).Entries);
        var token = RandomNumberGenerator.GetBytes(48);

        Assert.Equal(HttpStatusCode.OK, await wire.CheckInAsync(wire.Plist(Set(token))).StatusAsync());
        Assert.Equal(token, (await AskAsync(wire, Get)).GetData("BootstrapToken")!.Value.ToArray());
        var stored = await _fleet.Store.ReadAsync(new Storage.RecordKey("deviceSecrets", wire.Udid));
        Assert.DoesNotContain(Convert.ToBase64String(token), Encoding.UTF8.GetString(stored!.Body.Span), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, await wire.CheckInAsync(wire.Plist(Set([]))).StatusAsync());
        Assert.Empty((await AskAsync(wire, Get)).Entries);
        Assert.Equal(HttpStatusCode.OK, await wire.CheckInAsync(wire.Plist(Set(token))).StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await wire.CheckInAsync(wire.Plist("<key>MessageType</key><string>SetBootstrapToken</string>")).StatusAsync());
        Assert.Empty((await AskAsync(wire, Get)).Entries);
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task A_bootstrap_token_and_an_unlock_token_leave_each_other_alone()
    {
        using var wire = await (await Wire.NewAsync(_fleet)).EnrolledAsync();
        var secrets = _fleet.Grains.GetGrain<Grains.Devices.IDeviceSecrets>(wire.Udid);
        await secrets.PutUnlockToken(new byte[] { 1, 2 });
        Assert.Equal(HttpStatusCode.OK, await wire.CheckInAsync(wire.Plist(Set([3, 4]))).StatusAsync());
        Assert.Equal([1, 2], (await secrets.UnlockToken()).ToArray());
        await secrets.PutUnlockToken(new byte[] { 5 });
        Assert.Equal([3, 4], (await AskAsync(wire, Get)).GetData("BootstrapToken")!.Value.ToArray());
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task Another_identity_neither_reads_nor_changes_a_bootstrap_token_nor_gets_a_token()
    {
        using var wire = await (await Wire.NewAsync(_fleet)).EnrolledAsync();
        using var other = await Wire.NewAsync(_fleet, udid: wire.Udid);
        Assert.Equal(HttpStatusCode.OK, await wire.CheckInAsync(wire.Plist(Set([7]))).StatusAsync());

        Assert.Equal(HttpStatusCode.Forbidden, await other.CheckInAsync(other.Plist(Set([8]))).StatusAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await other.CheckInAsync(other.Plist(Get)).StatusAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await other.CheckInAsync(other.Plist(Maid)).StatusAsync());
        Assert.Equal([7], (await AskAsync(wire, Get)).GetData("BootstrapToken")!.Value.ToArray());
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task A_users_channel_and_a_user_enrolment_have_no_bootstrap_token()
    {
        using var wire = await (await Wire.NewAsync(_fleet)).EnrolledAsync();
        var user = "<key>UserID</key><string>8B6B5C4A-3A3B-4E0F-9D1C-2B7A6F5E4D3C</string><key>UserShortName</key><string>anna</string>";
        Assert.Equal(HttpStatusCode.BadRequest, await wire.CheckInAsync(wire.Plist(Set([7]) + user)).StatusAsync());
        Assert.Empty((await AskAsync(wire, Get)).Entries);

        using var personal = await Wire.NewAsync(_fleet, udid: SampleFixture.UserEnrollment);
        foreach (var number in (string[])["02", "05"])
            Assert.Equal(HttpStatusCode.OK, await personal.CheckInAsync(Encoding.UTF8.GetString(SampleFiles.Get(number))).StatusAsync());
        var message = $"""<plist version="1.0"><dict>{Get}<key>EnrollmentID</key><string>{SampleFixture.UserEnrollment}</string></dict></plist>""";
        Assert.Equal(HttpStatusCode.BadRequest, await personal.CheckInAsync(message).StatusAsync());
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task Sample_09_gets_a_token_that_the_certificate_for_Apple_Business_Manager_proves()
    {
        using var wire = await Wire.NewAsync(_fleet);
        var sample = Encoding.UTF8.GetString(SampleFiles.Get("09")).Replace(SampleFixture.IPad, wire.Udid, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await wire.CheckInAsync(sample).StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await wire.AuthenticateAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await wire.CheckInAsync(sample).StatusAsync());
        Assert.Equal(HttpStatusCode.OK, await wire.TokenUpdateAsync().StatusAsync());

        var (first, second) = (await ClaimsAsync(wire, sample), await ClaimsAsync(wire, sample));

        Assert.Equal("com.apple.maid", first.GetProperty("service_type").GetString());
        Assert.Equal(_fleet.Keys.Business.ServerUuid, first.GetProperty("iss").GetGuid());
        Assert.InRange(first.GetProperty("iat").GetInt64(), 1_700_000_000, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.NotEqual(first.GetProperty("jti").GetGuid(), second.GetProperty("jti").GetGuid());
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task A_service_that_is_not_known_has_no_token()
    {
        using var wire = await (await Wire.NewAsync(_fleet)).EnrolledAsync();
        var watch = Maid.Replace("com.apple.maid", "com.apple.watch.pairing", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, await wire.CheckInAsync(wire.Plist(watch)).StatusAsync());
    }

    [Fact]
    public async Task The_key_and_the_servers_UUID_are_the_same_after_a_restart_and_the_certificate_is_for_admins()
    {
        await using var fleet = await TestFleet.StartAsync();
        var (uuid, pem) = (fleet.Keys.Business.ServerUuid, fleet.Keys.Business.CertificatePem);
        await fleet.StopAsync();
        await fleet.StartAgainAsync();
        Assert.Equal((uuid, pem), (fleet.Keys.Business.ServerUuid, fleet.Keys.Business.CertificatePem));
        using var browser = fleet.Browser();
        Assert.Equal(HttpStatusCode.Unauthorized, await browser.GetAsync(CertificateUrl(fleet)).StatusAsync());
    }

    private static Uri CertificateUrl(TestFleet fleet) => new(fleet.PublicUrl, "/api/v1/business-manager/certificate");

    private static string Set(byte[] token) =>
        $"<key>MessageType</key><string>SetBootstrapToken</string><key>BootstrapToken</key><data>{Convert.ToBase64String(token)}</data>";

    private static Task<PlistValue.Dict> AskAsync(Wire wire, string keys) => AnswerAsync(wire, wire.Plist(keys));

    private static async Task<PlistValue.Dict> AnswerAsync(Wire wire, string message)
    {
        using var response = await wire.CheckInAsync(message);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Assert.IsType<PlistValue.Dict>(PlistValue.Read(await response.Content.ReadAsByteArrayAsync()));
    }

    /// <summary>The claims of the token, whose signature the certificate that an admin downloads has proven.</summary>
    private async Task<JsonElement> ClaimsAsync(Wire wire, string message)
    {
        using var browser = _fleet.Browser();
        browser.DefaultRequestHeaders.Authorization = new("Bearer", _fleet.OwnerToken);
        using var certificate = X509Certificate2.CreateFromPem(await browser.GetStringAsync(CertificateUrl(_fleet)));
        using var key = certificate.GetRSAPublicKey()!;
        var parts = Encoding.UTF8.GetString((await AnswerAsync(wire, message)).GetData("TokenData")!.Value.Span).Split('.');
        var signature = Base64Url.DecodeFromChars(parts[2]);
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Equal("RS256", Json(parts[0]).GetProperty("alg").GetString());
        return Json(parts[1]);
    }

    private static JsonElement Json(string part)
    {
        using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part));
        return document.RootElement.Clone();
    }
}
