using System.Net;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Previews;

/// <summary>What-if of what is not there yet: the body that would make it, before it is made (BY-02).</summary>
public sealed class NewItemPreviewTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "BY-02")]
    public async Task A_new_configuration_is_previewed_with_the_body_that_makes_it()
    {
        using var admin = new ApiClient(_fleet);
        var group = await admin.MakeAsync("device-groups", new { name = "New" });
        using var device = await Ward.EnrolAsync(_fleet, group);
        var body = new
        {
            name = "Brand new",
            content = new { kind = "webClip", url = "https://ward.example/", label = "New" },
            distribution = new { to = "custom", deviceGroups = new[] { group } },
        };
        var preview = (await admin.PostAsync($"configurations/preview?device={device.Facts.Udid}", body)).Is(HttpStatusCode.OK).Json!;
        var item = Assert.Single(preview["items"]!.AsArray())!;
        Assert.Equal(("brand-new", "Brand new"), (item["item"]!.ToString(), item["name"]!.ToString()));
        Assert.Equal((1, 1, 1), (item["installs"]!.GetValue<int>(), item["survivesSignOut"]!.GetValue<int>(), item["nobodyGains"]!.GetValue<int>()));
        Assert.Equal((1, device.Facts.Udid), (preview["concerned"]!.GetValue<int>(), Assert.Single(preview["examples"]!.AsArray())!["device"]!.ToString()));
        Assert.Contains(preview["plan"]!["commands"]!.AsArray(), command => command!["item"]?.ToString() == "brand-new");
        (await admin.GetAsync("configurations/brand-new")).Refuses(HttpStatusCode.NotFound, "not-found");

        Assert.Equal("brand-new", await admin.MakeAsync("configurations", body));
        Assert.Equal("brand-new-2", (await admin.PostAsync("configurations/preview", body)).Is(HttpStatusCode.OK).Json!["items"]![0]!["item"]!.ToString());
        (await admin.PostAsync("configurations/preview", new { body.name, body.content, id = "brand-new" })).Refuses(HttpStatusCode.Conflict, "taken");
        (await admin.PostAsync("configurations/preview", new { body.name, content = new { kind = "wifi" } })).Is(HttpStatusCode.BadRequest);
        (await admin.PostAsync("configurations/preview", new { body.name, content = new { kind = "multiUserSignIn", label = "Sign in" } })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PostAsync("configurations/preview?device=nowhere", new { body.name, body.content })).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    public async Task New_certificates_apps_and_policies_are_previewed_too()
    {
        using var admin = new ApiClient(_fleet);
        var group = await admin.MakeAsync("device-groups", new { name = "Others" });
        using var device = await Ward.EnrolAsync(_fleet, group);
        var distribution = new { to = "custom", deviceGroups = new[] { group } };
        using var browser = _fleet.Browser();
        var root = await browser.GetByteArrayAsync(new Uri(_fleet.PublicUrl, "/enroll/ca.crt"));
        var certificate = new { name = "Root", content = new { kind = "certificate", data = Convert.ToBase64String(root), isRoot = true }, distribution };
        var app = new { name = "Chart", bundleId = "org.example.chart.new", manifestUrl = "https://apps.example.org/1.plist", distribution };
        var policy = new { name = "Modern", rules = new[] { new { kind = "requiredOs", platform = "iOS", minVersion = "17.0" } }, distribution };
        Assert.Equal((1, 1), await InstallsAsync("configurations", certificate));
        Assert.Equal((1, 1), await InstallsAsync("apps", app));
        Assert.Equal((0, 1), await InstallsAsync("policies", policy)); // the server acts on it: nothing is sent
        await admin.MakeAsync("apps", app);
        (await admin.PostAsync("apps/preview", app)).Refuses(HttpStatusCode.Conflict, "bundle-id-taken");

        async Task<(int Concerned, int Installs)> InstallsAsync(string list, object body)
        {
            var preview = (await admin.PostAsync($"{list}/preview", body)).Is(HttpStatusCode.OK).Json!;
            return (preview["concerned"]!.GetValue<int>(), Assert.Single(preview["items"]!.AsArray())!["installs"]!.GetValue<int>());
        }
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    [Trait("Requirement", "UG-07")]
    public async Task Other_user_settings_change_no_device_and_name_the_people_for_whom_they_would_hold()
    {
        using var admin = new ApiClient(_fleet);
        var team = await admin.MakeAsync("user-groups", new { name = "Settled" });
        await Ward.HireAsync(admin, "setta", team);
        await Ward.HireAsync(admin, "outsider");
        var body = new { name = "Settled", userGroups = new[] { team }, deviceLimit = 2, registration = "both" };
        var preview = (await admin.PostAsync("user-settings/preview", body)).Is(HttpStatusCode.OK).Json!;
        Assert.Equal(("no-device-changes", 0), (preview["warnings"]![0]!["code"]!.ToString(), preview["concerned"]!.GetValue<int>()));
        Assert.Empty(preview["items"]!.AsArray());
        var people = preview["people"]!;
        Assert.Equal((1, 0), (people["changed"]!.GetValue<int>(), people["sessions"]!.GetValue<int>()));
        var setta = Assert.Single(people["examples"]!.AsArray())!;
        Assert.Equal(("setta", "default", "settled"), (setta["userName"]!.ToString(), setta["before"]!.ToString(), setta["after"]!.ToString()));
        Assert.Equal(["deviceLimit", "registration"], setta["changes"]!.AsArray().Select(change => change!.ToString()));
        (await admin.GetAsync("user-settings/settled")).Refuses(HttpStatusCode.NotFound, "not-found");

        await admin.MakeAsync("user-settings", body);
        Assert.Equal(0, await ChangedAsync("user-settings/settled/preview", body));
        Assert.Equal(1, await ChangedAsync("user-settings/settled/preview?delete=true", null));
        Assert.True(await ChangedAsync("user-settings/default/preview", new { name = "Default", deviceLimit = 9 }) >= 1);
        (await admin.PostAsync("user-settings/default/preview?delete=true")).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PostAsync("user-settings/nowhere/preview", body)).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PostAsync("user-settings/preview", new { body.name, id = "settled" })).Refuses(HttpStatusCode.Conflict, "taken");
        (await admin.PostAsync("user-settings/preview", new { body.name, deviceLimit = 0 })).Refuses(HttpStatusCode.BadRequest, "invalid");

        async Task<int> ChangedAsync(string path, object? change) =>
            (await admin.PostAsync(path, change)).Is(HttpStatusCode.OK).Json!["people"]?["changed"]?.GetValue<int>() ?? 0;
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    [Trait("Requirement", "MU-19")]
    public async Task Another_automatic_sign_out_tells_how_many_sessions_under_way_it_is_for()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        var team = await admin.MakeAsync("user-groups", new { name = "Leaving" });
        await Ward.HireAsync(admin, "leaver", team);
        using var device = await Ward.EnrolAsync(_fleet);
        await Ward.SignInAsync(_fleet, device, "leaver");
        var preview = (await admin.PostAsync("user-settings/preview", new { name = "Leaving", userGroups = new[] { team }, signOut = new { idleMinutes = 30 } })).Is(HttpStatusCode.OK).Json!;
        Assert.Equal((1, 1), (preview["people"]!["changed"]!.GetValue<int>(), preview["people"]!["sessions"]!.GetValue<int>()));
        Assert.Equal(0, preview["concerned"]!.GetValue<int>());
    }
}
