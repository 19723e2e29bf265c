using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Live;

[Trait("Requirement", "DC-06")]
public class LiveTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    private string Token => $"access_token={_fleet.OwnerToken}";

    [Fact]
    public async Task A_page_sees_enrolment_sign_in_and_sign_out_as_they_happen()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        await Ward.HireAsync(admin, "ida");
        await using var page = await (await HubClient.ConnectAsync(_fleet, Token)).SubscribeAsync();
        Assert.Empty((await page.NextAsync("devices"))["rows"]!.AsArray());
        await page.NextAsync("completed");

        using var device = await Ward.EnrolAsync(_fleet);
        var enrolled = await page.UntilRowAsync(row => Is(row, device.Facts.Udid) && row["status"]!.ToString() == "enrolled");
        Assert.True(enrolled["overview"]!["devices"]!["enrolled"]!.GetValue<int>() >= 1);
        await Ward.SignInAsync(_fleet, device, "ida");
        var signedIn = await page.UntilRowAsync(row => Is(row, device.Facts.Udid) && row["owner"]!.ToString() == "ida");
        Assert.True(Cursor(signedIn) > Cursor(enrolled));
        (await admin.PostAsync($"devices/{device.Facts.Udid}/sign-out")).Is(HttpStatusCode.Accepted);
        await page.UntilRowAsync(row => Is(row, device.Facts.Udid) && row["owner"]!.ToString() == "nobody");
    }

    [Fact]
    public async Task A_page_that_comes_back_is_told_what_it_missed()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        await Ward.HireAsync(admin, "jon");
        using var device = await Ward.EnrolAsync(_fleet);
        long cursor;
        await using (var page = await (await HubClient.ConnectAsync(_fleet, Token)).SubscribeAsync())
            cursor = Cursor(await page.NextAsync("devices"));

        await Ward.SignInAsync(_fleet, device, "jon");
        await using var back = await (await HubClient.ConnectAsync(_fleet, Token)).SubscribeAsync(cursor);
        var missed = await back.UntilRowAsync(row => Is(row, device.Facts.Udid));
        Assert.Equal("jon", missed["rows"]!.AsArray().Single(row => Is((JsonObject)row!, device.Facts.Udid))!["owner"]!.ToString());
        Assert.True(Cursor(missed) > cursor);
    }

    [Fact]
    public async Task A_cursor_of_another_store_makes_the_page_load_again()
    {
        await using var page = await (await HubClient.ConnectAsync(_fleet, Token)).SubscribeAsync(cursor: long.MaxValue);
        Assert.True((await page.NextAsync("devices"))["reset"]!.GetValue<bool>());
        await using var drawer = await (await HubClient.ConnectAsync(_fleet, Token)).SubscribeAsync(cursor: long.MaxValue, device: "00000000-ANYONE");
        Assert.True((await drawer.NextAsync("events"))["reset"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_page_of_one_device_sees_its_events_in_order_and_no_others()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await Ward.EnrolAsync(_fleet);
        var id = device.Facts.Udid;
        await using var page = await (await HubClient.ConnectAsync(_fleet, Token)).SubscribeAsync(device: id);
        Assert.Empty((await page.NextAsync("events"))["items"]!.AsArray());
        await page.NextAsync("completed");
        using var other = await Ward.EnrolAsync(_fleet);

        (await admin.PostAsync($"devices/{id}/commands?push=false", new { command = "SecurityInfo" })).Is(HttpStatusCode.Accepted);
        await device.ConnectAsync(CancellationToken.None);
        var seen = new List<JsonNode>();
        while (!seen.Any(IsAnswer))
            seen.AddRange((await page.NextAsync("events"))["items"]!.AsArray().Select(line => line!));
        Assert.All(seen, line => Assert.Equal(id, line["deviceId"]!.ToString()));
        Assert.Equal(seen.Select(Cursor).Order(), seen.Select(Cursor));
        Assert.Equal("Acknowledged", seen.First(IsAnswer)["data"]!["state"]!.ToString());

        await using var resumed = await (await HubClient.ConnectAsync(_fleet, Token)).SubscribeAsync(0, id);
        Assert.Contains((await resumed.NextAsync("events"))["items"]!.AsArray(), line => line!["type"]!.ToString() == "enrolled");
    }

    /// <summary>Other commands may be answered too: what other tests distribute reaches this device.</summary>
    private static bool IsAnswer(JsonNode line) => line["type"]!.ToString() == "command" && line["data"]!["command"]!.ToString() == "SecurityInfo";

    [Fact]
    public async Task The_hub_opens_only_to_a_token_or_to_the_consoles_own_pages()
    {
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(_fleet, ""));
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(_fleet, "access_token=wrong"));
        using var admin = new ApiClient(_fleet);
        var session = (await admin.PostAsync("session", new { token = _fleet.OwnerToken })).Is(HttpStatusCode.NoContent).Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(_fleet, "", ("Cookie", session), ("Origin", "https://elsewhere.example")));
        await using var page = await HubClient.ConnectAsync(_fleet, "", ("Cookie", session), ("Origin", _fleet.PublicUrl.GetLeftPart(UriPartial.Authority)));
        await page.SubscribeAsync(device: "no/such");
        Assert.NotNull((await page.NextAsync("completed"))["error"]);
    }

    private static bool Is(JsonObject row, string id) => row["id"]!.ToString() == id;

    private static long Cursor(JsonNode message) => message["cursor"]!.GetValue<long>();
}
