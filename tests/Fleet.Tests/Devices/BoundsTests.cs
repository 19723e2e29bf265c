using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Devices;

[Trait("Requirement", "PR-08")]
public class BoundsTests(StillFixture fixture) : IClassFixture<StillFixture>
{
    private const int MiB = 1024 * 1024;
    private readonly TestFleet _fleet = fixture.Fleet;

    [Theory]
    [InlineData("/mdm/checkin", Wire.CheckInType, MiB, false)]
    [InlineData("/mdm/checkin", Wire.CheckInType, 4 * MiB, false)]
    [InlineData("/mdm/checkin", Wire.CheckInType, 4 * MiB, true)]
    [InlineData("/mdm/connect", Wire.ConnectType, 16 * MiB, false)]
    [InlineData("/mdm/connect", Wire.ConnectType, 16 * MiB, true)]
    public async Task A_body_beyond_the_bound_is_refused_and_nothing_is_stored(string path, string contentType, int boundBytes, bool isChunked)
    {
        using var wire = await (await Wire.NewAsync(_fleet)).EnrolledAsync();
        var before = await _fleet.StoredAsync();
        var padding = new string(' ', boundBytes);
        var body = System.Text.Encoding.ASCII.GetBytes(wire.Plist($"<key>MessageType</key><string>CheckOut</string><key>Topic</key><string>{TestFleet.Topic}</string>{padding}"));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await wire.SendAsync(path, contentType, body, change: request =>
            request.Headers.TransferEncodingChunked = isChunked).StatusAsync());
        Assert.Equal(before, await _fleet.StoredAsync());
    }

    [Fact]
    public async Task A_status_report_of_declarative_management_may_be_larger_than_other_check_ins()
    {
        using var wire = await (await Wire.NewAsync(_fleet)).EnrolledAsync();
        var data = new string('A', 2 * MiB);

        Assert.Equal(HttpStatusCode.OK, await wire.CheckInAsync(wire.Plist(
            $"<key>MessageType</key><string>DeclarativeManagement</string><key>Endpoint</key><string>status</string><key>Data</key><data>{data}</data>")).StatusAsync());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task Only_PUT_is_a_device_s_method(string method)
    {
        using var wire = await Wire.NewAsync(_fleet);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, await wire.SendAsync("/mdm/connect", Wire.ConnectType, [], method).StatusAsync());
    }

    [Theory]
    [InlineData("application/xml")]
    [InlineData("application/x-apple-aspen-mdm-checkin2")]
    [InlineData("text/plain; charset=utf-8")]
    public async Task Another_content_type_is_refused(string contentType)
    {
        using var wire = await Wire.NewAsync(_fleet);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await wire.SendAsync("/mdm/checkin", contentType, [1]).StatusAsync());
    }

    [Theory]
    [InlineData("/mdm/connect", null)]
    [InlineData("/mdm/checkin", null)]
    [InlineData("/mdm/checkin", Wire.ConnectType)]
    [InlineData("/mdm/connect", "APPLICATION/X-APPLE-ASPEN-MDM; charset=UTF-8")]
    [Trait("Requirement", "PR-01")]
    public async Task What_is_no_check_in_by_its_type_is_a_connect(string path, string? contentType)
    {
        using var wire = await (await Wire.NewAsync(_fleet)).EnrolledAsync();
        var body = System.Text.Encoding.ASCII.GetBytes(wire.Plist("<key>Status</key><string>Idle</string>"));

        using var response = await wire.SendAsync(path, contentType, body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("CommandUUID", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "PR-01")]
    public async Task A_check_in_may_come_to_the_connect_address()
    {
        using var wire = await Wire.NewAsync(_fleet);
        var body = System.Text.Encoding.ASCII.GetBytes(wire.Plist($"<key>MessageType</key><string>Authenticate</string><key>Topic</key><string>{TestFleet.Topic}</string>"));

        Assert.Equal(HttpStatusCode.OK, await wire.SendAsync("/mdm/connect", Wire.CheckInType + "; charset=UTF-8", body).StatusAsync());
    }

    [Fact]
    public async Task Another_topic_is_refused()
    {
        using var wire = await Wire.NewAsync(_fleet);

        Assert.Equal(HttpStatusCode.Forbidden, await wire.CheckInAsync(wire.Plist(
            "<key>MessageType</key><string>Authenticate</string><key>Topic</key><string>com.apple.mgmt.External.another</string>")).StatusAsync());
        Assert.False((await _fleet.ViewAsync(wire.Udid)).Exists);
    }
}
