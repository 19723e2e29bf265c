using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>Who gets what: groups in, groups out, filters.</summary>
public class DistributionTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private const string SignIn = "configurations/multi-user-sign-in/distribution";

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "UG-05")]
    public async Task Groups_out_win_over_groups_in()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        var trainees = await admin.MakeAsync("user-groups", new { name = "Trainees" });
        var lent = await admin.MakeAsync("device-groups", new { name = "Lent" });
        var item = await WifiAsync(admin, "Staff", new { to = "custom", userGroups = new[] { "everyone" }, exceptUserGroups = new[] { trainees }, exceptDeviceGroups = new[] { lent } });
        await Ward.HireAsync(admin, "wim", trainees);
        await Ward.HireAsync(admin, "wes");
        using var device = await Ward.EnrolAsync(_fleet);
        var id = device.Facts.Udid;
        Assert.Contains(item, await DesiredAsync(admin, id));

        await Ward.SignInAsync(_fleet, device, "wim");
        Assert.DoesNotContain(item, await DesiredAsync(admin, id));
        (await admin.DeleteAsync($"user-groups/{trainees}/members/wim")).Is(HttpStatusCode.NoContent);
        Assert.Contains(item, await DesiredAsync(admin, id));
        (await admin.PutAsync($"device-groups/{lent}/members/{id}?override=network-lost")).Is(HttpStatusCode.NoContent);
        Assert.DoesNotContain(item, await DesiredAsync(admin, id));

        var shown = (await admin.GetAsync($"configurations/{item}")).Json!["distribution"]!;
        Assert.Equal("""["everyone"] ["trainees"] ["lent"]""", $"{shown["userGroups"]!.ToJsonString()} {shown["exceptUserGroups"]!.ToJsonString()} {shown["exceptDeviceGroups"]!.ToJsonString()}");
        (await admin.PutAsync($"configurations/{item}/distribution", shown)).Is(HttpStatusCode.OK);
        var path = $"configurations/{item}/distribution";
        (await admin.PutAsync(path, new { to = "custom", userGroups = new[] { "everyone" } })).Refuses(HttpStatusCode.BadRequest, "use-all");
        (await admin.PutAsync(path, new { to = "custom", deviceGroups = new[] { lent }, exceptUserGroups = new[] { "everyone" } })).Refuses(HttpStatusCode.BadRequest, "use-none");
        (await admin.PutAsync(path, new { to = "custom", exceptDeviceGroups = new[] { "no-such" } })).Refuses(HttpStatusCode.BadRequest, "unknown-group");
        (await admin.PutAsync(path, new { to = "custom", exceptUserGroups = new[] { "no-such" } })).Refuses(HttpStatusCode.BadRequest, "unknown-group");
        (await admin.PutAsync(path, new { to = "some" })).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    [Trait("Requirement", "UG-05")]
    [Trait("Requirement", "UG-06")]
    public async Task A_filter_lets_through_the_devices_that_pass_it_and_goes_with_the_distribution()
    {
        using var admin = new ApiClient(_fleet);
        await admin.PostAsync("attributes", new { label = "Wing", scope = "device", type = "text" });
        using var east = await Ward.EnrolAsync(_fleet);
        using var west = await Ward.EnrolAsync(_fleet);
        (await admin.PutAsync($"devices/{east.Facts.Udid}/attributes/wing", new { value = "East" })).Is(HttpStatusCode.NoContent);
        var item = await WifiAsync(admin, "East", new { to = "all", filter = "wing is \"east\" and not enrolledViaUserEnrollment" });
        Assert.Contains(item, await DesiredAsync(admin, east.Facts.Udid));
        Assert.DoesNotContain(item, await DesiredAsync(admin, west.Facts.Udid));

        (await admin.PutAsync($"devices/{west.Facts.Udid}/attributes/wing", new { value = "EAST" })).Is(HttpStatusCode.NoContent);
        Assert.Contains(item, await DesiredAsync(admin, west.Facts.Udid));
        var shown = (await admin.PutAsync($"configurations/{item}/distribution", new { to = "all", filter = new { attribute = "enrolledViaUserEnrollment", op = "is", value = true } })).Is(HttpStatusCode.OK);
        Assert.Equal("enrolledViaUserEnrollment is true", shown.Json!["distribution"]!["filterText"]!.ToString());
        Assert.DoesNotContain(item, await DesiredAsync(admin, west.Facts.Udid));
        Assert.Contains(await admin.ListAsync("configurations?q=east"), row => row["distribution"]!["filterText"]?.ToString() == "enrolledViaUserEnrollment is true");
        var plain = (await admin.PutAsync($"configurations/{item}/distribution", JsonNode.Parse("""{"to":"all","filter":null,"filterText":"ignored"}"""))).Is(HttpStatusCode.OK);
        Assert.Null(plain.Json!["distribution"]!["filter"]);
        Assert.Contains(item, await DesiredAsync(admin, west.Facts.Udid));
        (await admin.PutAsync($"configurations/{item}/distribution", new { to = "all", filter = "unheard is 3" })).Refuses(HttpStatusCode.BadRequest, "unknown-attribute");
        (await admin.PutAsync($"configurations/{item}/distribution", new { to = "all", filter = "in user group \"no-such\"" })).Refuses(HttpStatusCode.BadRequest, "unknown-group");
    }

    [Fact]
    [Trait("Requirement", "MU-12")]
    [Trait("Requirement", "MU-11")]
    public async Task Multi_user_sign_in_reaches_a_user_group_through_a_dynamic_device_group()
    {
        using var admin = new ApiClient(_fleet);
        var nurses = await admin.MakeAsync("user-groups", new { name = "Sign-in nurses" });
        var refused = (await admin.PutAsync(SignIn, new { to = "custom", userGroups = new[] { nurses } })).Refuses(HttpStatusCode.BadRequest, "device-groups-only");
        Assert.Contains("dynamic device group", refused.Text("detail"), StringComparison.OrdinalIgnoreCase);
        (await admin.PutAsync(SignIn, new { to = "all", exceptUserGroups = new[] { nurses } })).Refuses(HttpStatusCode.BadRequest, "device-groups-only");

        var held = await admin.MakeAsync("device-groups", new { name = "Held by nurses", rule = $"in user group \"{nurses}\"" });
        var free = await admin.MakeAsync("device-groups", new { name = "Held by no one", rule = "isNobody" });
        Assert.Equal(["nobody-not-reached"], await WarningsAsync(admin, new { to = "custom", deviceGroups = new[] { held } }));
        Assert.Empty(await WarningsAsync(admin, new { to = "custom", deviceGroups = new[] { held, free } }));
        await Ward.HireAsync(admin, "xena", nurses);
        using var device = await Ward.EnrolAsync(_fleet);
        Assert.Contains("multi-user-sign-in", await DesiredAsync(admin, device.Facts.Udid));
        await Ward.SignInAsync(_fleet, device, "xena");
        var want = (await admin.GetAsync($"devices/{device.Facts.Udid}")).Json!["desired"]!.AsArray().Single(item => item!["item"]!.ToString() == "multi-user-sign-in")!;
        Assert.Equal($"device group {held}", want["why"]!.ToString());

        Assert.Equal(["nobody-not-reached"], await WarningsAsync(admin, new { to = "all", filter = "not isNobody" }));
        Assert.Equal(["nobody-not-reached"], await WarningsAsync(admin, new { to = "all", filter = "enrolledViaUserEnrollment" }));
        Assert.Equal(["nobody-not-reached"], await WarningsAsync(admin, new { to = "custom", deviceGroups = new[] { free }, exceptDeviceGroups = new[] { free } }));
        Assert.Empty(await WarningsAsync(admin, new { to = "all", filter = "osVersion >= 17 and not enrolledViaUserEnrollment" }));
        (await admin.PutAsync($"user-groups/{nurses}/members/nobody")).Is(HttpStatusCode.NoContent);
        Assert.Empty(await WarningsAsync(admin, new { to = "custom", deviceGroups = new[] { held } }));
    }

    [Fact]
    [Trait("Requirement", "UG-05")]
    public async Task Nothing_that_a_distribution_says_is_dropped()
    {
        using var admin = new ApiClient(_fleet);
        var some = await admin.MakeAsync("user-groups", new { name = "Some" });
        var lent = await admin.MakeAsync("device-groups", new { name = "Lent out" });
        var path = $"configurations/{await WifiAsync(admin, "Said", new { to = "none" })}/distribution?override=network-lost";

        var shown = (await admin.PutAsync(path, new { to = "all", exceptDeviceGroups = new[] { lent } })).Is(HttpStatusCode.OK).Json!["distribution"]!;
        Assert.Equal(("custom", """["everyone"]""", $"""["{lent}"]"""), (shown["to"]!.ToString(), shown["userGroups"]!.ToJsonString(), shown["exceptDeviceGroups"]!.ToJsonString()));
        (await admin.PutAsync(path, shown)).Is(HttpStatusCode.OK);
        (await admin.PutAsync(path, new { to = "all", exceptDeviceGroups = new[] { "no-such" } })).Refuses(HttpStatusCode.BadRequest, "unknown-group");
        (await admin.PutAsync(path, new { to = "all", exceptUserGroups = new[] { "everyone" } })).Refuses(HttpStatusCode.BadRequest, "use-none");
        Assert.Equal(["deviceGroups", "userGroups"], await WrongAsync(admin, path, new { to = "all", userGroups = new[] { some }, deviceGroups = new[] { lent } }));
        Assert.Equal(["exceptUserGroups", "userGroups"], await WrongAsync(admin, path, new { to = "none", userGroups = new[] { some }, exceptUserGroups = new[] { some } }));
        foreach (var to in new[] { "all", "none" })
        {
            var plain = (await admin.PutAsync(path, new { to })).Is(HttpStatusCode.OK).Json!["distribution"]!;
            Assert.Equal(to, (await admin.PutAsync(path, plain)).Is(HttpStatusCode.OK).Json!["distribution"]!["to"]!.ToString());
        }
    }

    [Fact]
    [Trait("Requirement", "MU-12")]
    public async Task Multi_user_sign_in_goes_to_all_devices_but_those_of_a_group()
    {
        using var admin = new ApiClient(_fleet);
        var lent = await admin.MakeAsync("device-groups", new { name = "Without sign-in" });
        var set = (await admin.PutAsync(SignIn, new { to = "all", exceptDeviceGroups = new[] { lent } })).Is(HttpStatusCode.OK).Json!;
        Assert.Empty(set["warnings"]!.AsArray());
        (await admin.PutAsync(SignIn, set["distribution"])).Is(HttpStatusCode.OK);
        using var without = await Ward.EnrolAsync(_fleet, lent);
        using var with = await Ward.EnrolAsync(_fleet);
        Assert.DoesNotContain("multi-user-sign-in", await DesiredAsync(admin, without.Facts.Udid));
        Assert.Contains("multi-user-sign-in", await DesiredAsync(admin, with.Facts.Udid));
    }

    private static async Task<IEnumerable<string>> WrongAsync(ApiClient admin, string path, object distribution) =>
        (await admin.PutAsync(path, distribution)).Refuses(HttpStatusCode.BadRequest, "invalid").Json!["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal);

    private static async Task<IEnumerable<string>> WarningsAsync(ApiClient admin, object distribution) =>
        (await admin.PutAsync(SignIn, distribution)).Is(HttpStatusCode.OK).Json!["warnings"]!.AsArray().Select(warning => warning!["code"]!.ToString());

    private static Task<string> WifiAsync(ApiClient admin, string ssid, object distribution) =>
        admin.MakeAsync("configurations", new { name = $"{ssid} Wi-Fi", content = new { kind = "wifi", ssid }, distribution });

    private static async Task<IEnumerable<string>> DesiredAsync(ApiClient admin, string device) =>
        (await admin.GetAsync($"devices/{device}")).Is(HttpStatusCode.OK).Json!["desired"]!.AsArray().Select(want => want!["item"]!.ToString());
}
