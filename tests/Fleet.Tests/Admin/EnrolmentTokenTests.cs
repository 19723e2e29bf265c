using System.Net;
using Mdm.Fleet.Fleet.Tests.Devices;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.Admin;

public class EnrolmentTokenTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task A_token_enrols_a_device_into_its_groups_until_it_is_used_up()
    {
        using var admin = new ApiClient(_fleet);
        var group = await admin.MakeAsync("device-groups", new { name = "Theatre" });
        var made = (await admin.PostAsync("enrolment-tokens", new { name = "Theatre iPads", deviceGroups = new[] { group }, uses = 1, expiresInHours = 2, kind = "Device" })).Is(HttpStatusCode.Created);
        Assert.Equal(new Uri(_fleet.PublicUrl, $"/enroll/{made.Text("token")}").AbsoluteUri, made.Text("url"));

        using var device = new SimulatedDevice(DeviceFacts.Of(41, 1), new DeviceOptions(), _fleet.Roots, TimeProvider.System, 5);
        await device.EnrolAsync(new Uri(made.Text("url")), CancellationToken.None);
        Assert.Equal([group], (await admin.GetAsync($"devices/{device.Facts.Udid}")).Json!["groups"]!.AsArray().Select(one => one!.ToString()));
        var shown = (await admin.GetAsync($"enrolment-tokens/{made.Id}")).Is(HttpStatusCode.OK);
        Assert.Equal(1, shown.Json!["used"]!.GetValue<int>());
        Assert.Null(shown.Json["token"]);
        using var browser = _fleet.Browser();
        using var again = await browser.GetAsync(new Uri(made.Text("url")));
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    [Trait("Requirement", "PR-02")]
    public async Task Downloads_use_nothing_up_and_of_two_profiles_of_a_single_use_one_enrols()
    {
        using var admin = new ApiClient(_fleet);
        var made = (await admin.PostAsync("enrolment-tokens", new { name = "Previewed", uses = 1 })).Is(HttpStatusCode.Created);
        using var browser = _fleet.Browser();
        using var preview = await browser.GetAsync(new Uri(made.Text("url")));
        using var retry = await browser.GetAsync(new Uri(made.Text("url")));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (preview.StatusCode, retry.StatusCode));
        Assert.Equal(0, (await admin.GetAsync($"enrolment-tokens/{made.Id}")).Json!["used"]!.GetValue<int>());

        var key = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(made.Text("token"))));
        using var first = await Wire.NewAsync(_fleet, token: key);
        using var second = await Wire.NewAsync(_fleet, token: key);
        await first.EnrolledAsync();
        Assert.Equal(HttpStatusCode.OK, await first.AuthenticateAsync().StatusAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await second.AuthenticateAsync().StatusAsync());
        Assert.Equal(1, (await admin.GetAsync($"enrolment-tokens/{made.Id}")).Json!["used"]!.GetValue<int>());
        using var late = await browser.GetAsync(new Uri(made.Text("url")));
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
    }

    [Fact]
    public async Task A_revoked_token_enrols_nobody()
    {
        using var admin = new ApiClient(_fleet);
        var made = (await admin.PostAsync("enrolment-tokens", new { name = "Lost on the train", uses = (int?)null, expiresInHours = (int?)null })).Is(HttpStatusCode.Created);
        Assert.Contains(await admin.ListAsync("enrolment-tokens"), row => row["id"]!.ToString() == made.Id && !row["revoked"]!.GetValue<bool>() && row["token"] is null);
        (await admin.DeleteAsync($"enrolment-tokens/{made.Id}")).Is(HttpStatusCode.NoContent);
        using var browser = _fleet.Browser();
        using var page = await browser.GetAsync(new Uri(made.Text("url")));
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        (await admin.DeleteAsync("enrolment-tokens/0123456789abcdef")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.DeleteAsync("enrolment-tokens/x*y")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Bounds_and_groups_of_a_token_are_checked()
    {
        using var admin = new ApiClient(_fleet);
        var refused = (await admin.PostAsync("enrolment-tokens", new { name = "x", uses = 0, expiresInHours = -1, kind = "User" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(["expiresInHours", "kind", "uses"], refused.Json!["errors"]!.AsObject().Select(error => error.Key).Order());
        (await admin.PostAsync("enrolment-tokens", new { name = "x", deviceGroups = new[] { "no-such" } })).Refuses(HttpStatusCode.BadRequest, "unknown-group");
    }

    [Fact]
    public async Task Without_a_public_address_there_is_no_token()
    {
        await using var fleet = await TestFleet.StartAsync(options => options with { Frontend = options.Frontend with { PublicUrl = null } });
        using var admin = new ApiClient(fleet);
        (await admin.PostAsync("enrolment-tokens", new { name = "Early" })).Refuses(HttpStatusCode.Conflict, "no-public-url");
        Assert.Contains("no-public-url", (await admin.GetAsync("overview")).Json!["warnings"]!.ToJsonString(), StringComparison.Ordinal);
    }
}
