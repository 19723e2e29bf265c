using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

public class AppTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    public async Task An_app_is_added_changed_and_known_by_its_bundle_identifier()
    {
        using var admin = new ApiClient(_fleet);
        var app = new { name = "Chart", bundleId = "example.chart", manifestUrl = "https://apps.example/chart.plist" };
        var made = (await admin.PostAsync("apps", app)).Is(HttpStatusCode.Created);
        Assert.Equal(("chart", true), (made.Id, made.Json!["required"]!.GetValue<bool>()));

        (await admin.PostAsync("apps", app)).Refuses(HttpStatusCode.Conflict, "bundle-id-taken");
        (await admin.PutAsync("apps/chart", app with { bundleId = "example.other" })).Refuses(HttpStatusCode.Conflict, "fixed");
        (await admin.PostAsync("apps", app with { bundleId = "a b", manifestUrl = "http://apps.example/x" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal("Charts", (await admin.PutAsync("apps/chart", app with { name = "Charts" })).Is(HttpStatusCode.OK).Text("name"));
        (await admin.PutAsync("apps/chart/distribution", new { to = "all" })).Is(HttpStatusCode.OK);
        var row = Assert.Single(await admin.ListAsync("apps?q=chart"));
        Assert.Equal(("all", "example.chart"), (row["distribution"]!["to"]!.ToString(), row["bundleId"]!.ToString()));
        (await admin.DeleteAsync("apps/chart")).Is(HttpStatusCode.NoContent);
        Assert.Empty(await admin.ListAsync("apps"));
    }
}
