using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

public class IdempotencyTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private const string Header = "Idempotency-Key";

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_does_the_work_once()
    {
        using var admin = new ApiClient(_fleet);
        var first = (await admin.PostAsync("enrolment-tokens", new { name = "Once" }, (Header, "key-1"))).Is(HttpStatusCode.Created);
        var again = (await admin.PostAsync("enrolment-tokens", new { name = "Once" }, (Header, "key-1"))).Is(HttpStatusCode.Created);
        Assert.Equal(first.Json!.ToJsonString(), again.Json!.ToJsonString());
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotency-Replayed")));
        Assert.Single(await admin.ListAsync("enrolment-tokens"), row => row["name"]!.ToString() == "Once");

        (await admin.PostAsync("enrolment-tokens", new { name = "Twice" }, (Header, "key-1"))).Refuses(HttpStatusCode.UnprocessableEntity, "key-reused");
        Assert.NotEqual(first.Id, (await admin.PostAsync("enrolment-tokens", new { name = "Once" }, (Header, "key-2"))).Is(HttpStatusCode.Created).Id);
    }

    [Fact]
    public async Task The_answer_outlives_a_restart_and_holds_no_readable_token()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var admin = new ApiClient(fleet);
        var first = (await admin.PostAsync("enrolment-tokens", new { name = "Durable" }, (Header, "k"))).Is(HttpStatusCode.Created);
        await fleet.StopAsync();
        var database = await File.ReadAllBytesAsync(Path.Combine(fleet.Folder, "fleet.db"));
        Assert.True(database.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(first.Text("token"))) < 0);
        await fleet.StartAgainAsync();
        using var later = new ApiClient(fleet);
        Assert.Equal(first.Text("token"), (await later.PostAsync("enrolment-tokens", new { name = "Durable" }, (Header, "k"))).Is(HttpStatusCode.Created).Text("token"));
    }

    [Fact]
    public async Task An_answer_that_is_too_large_to_keep_is_replayed_by_the_id_of_what_was_made()
    {
        using var admin = new ApiClient(_fleet);
        var profile = $"<plist version=\"1.0\"><dict><key>PayloadType</key><string>Configuration</string><key>PayloadContent</key><array><dict><key>PayloadType</key><string>com.apple.dnsSettings.managed</string><key>Notes</key><string>{new string('x', 2_500_000)}</string></dict></array></dict></plist>";
        var body = new { name = "Large", content = new { kind = "custom", mobileConfig = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(profile)) } };
        var first = (await admin.PostAsync("configurations", body, (Header, "large"))).Is(HttpStatusCode.Created);
        var again = (await admin.PostAsync("configurations", body, (Header, "large"))).Is(HttpStatusCode.Created);
        Assert.Equal(first.Id, again.Id);
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Single(await admin.ListAsync("configurations"), row => row["name"]!.ToString() == "Large");
    }

    [Fact]
    public async Task A_refused_request_is_not_kept()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("user-groups", new { name = "" }, (Header, "key-3"))).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PostAsync("user-groups", new { name = "Porters" }, (Header, "key-3"))).Is(HttpStatusCode.Created);
        (await admin.PostAsync("user-groups", new { name = "Porters" }, (Header, new string('k', 256)))).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    public async Task A_command_with_a_key_is_queued_once()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await Ward.EnrolAsync(_fleet);
        var path = $"devices/{device.Facts.Udid}/commands?push=false";
        var first = (await admin.PostAsync(path, new { command = "DeviceLock" }, (Header, "lock"))).Is(HttpStatusCode.Accepted);
        var again = (await admin.PostAsync(path, new { command = "DeviceLock" }, (Header, "lock"))).Is(HttpStatusCode.Accepted);
        Assert.Equal(first.Text("commandId"), again.Text("commandId"));
        Assert.Single((await admin.GetAsync($"devices/{device.Facts.Udid}")).Json!["queue"]!.AsArray());
    }
}
