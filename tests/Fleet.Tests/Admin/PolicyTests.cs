using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>Policies: made, changed, and what devices stand to them.</summary>
public class PolicyTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private static readonly object OldEnough = new { kind = "requiredOs", platform = "iOS", minVersion = "4.0" };

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "UG-13")]
    public async Task A_policy_is_added_listed_changed_distributed_and_deleted()
    {
        using var admin = new ApiClient(_fleet);
        object[] rules = [OldEnough, new { kind = "allowedApps", mode = "deny", bundleIds = new[] { "games.chess" } }];
        var made = (await admin.PostAsync("policies", new { name = "House rules", rules })).Is(HttpStatusCode.Created);
        Assert.Equal(("house-rules", "/api/v1/policies/house-rules"), (made.Id, made.Headers.Location!.ToString()));
        Assert.Equal("""[{"kind":"requiredOs","platform":"iOS","minVersion":"4.0"},{"kind":"allowedApps","mode":"deny","bundleIds":["games.chess"]}]""", made.Json!["rules"]!.ToJsonString());
        Assert.Equal("none", made.Json["distribution"]!["to"]!.ToString());

        (await admin.PostAsync("policies", new { name = "Other", id = "house-rules", rules })).Refuses(HttpStatusCode.Conflict, "taken");
        (await admin.GetAsync("configurations/house-rules")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.GetAsync("apps/house-rules")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PutAsync("configurations/house-rules", new { name = "House rules", content = new { kind = "mam" } })).Refuses(HttpStatusCode.NotFound, "not-found");
        Assert.Equal("policy", Assert.Single(await admin.ListAsync("policies?q=house"))["kind"]!.ToString());
        Assert.DoesNotContain(await admin.ListAsync("configurations"), row => row["id"]!.ToString() == "house-rules");

        var stale = made.Headers.ETag!.Tag;
        var changed = (await admin.PutAsync("policies/house-rules", new { name = "Rules", rules = new[] { OldEnough }, enabled = false }, ("If-Match", stale))).Is(HttpStatusCode.OK);
        Assert.Equal(("Rules", 1, false), (changed.Text("name"), changed.Json!["rules"]!.AsArray().Count, changed.Json["enabled"]!.GetValue<bool>()));
        (await admin.PutAsync("policies/house-rules/distribution", new { to = "all" }, ("If-Match", stale))).Refuses(HttpStatusCode.PreconditionFailed, "stale");
        Assert.Equal("all", (await admin.PutAsync("policies/house-rules/distribution", new { to = "all" })).Is(HttpStatusCode.OK).Json!["distribution"]!["to"]!.ToString());
        (await admin.DeleteAsync("policies/house-rules")).Is(HttpStatusCode.NoContent);
        Assert.Empty(await admin.ListAsync("policies"));
    }

    [Theory]
    [InlineData("""[]""", "rules")]
    [InlineData("""[null]""", "rules[0]")]
    [InlineData("""[{"kind":"requiredOs","platform":"iOS","minVersion":"new"}]""", "rules[0].minVersion")]
    [InlineData("""[{"kind":"requiredOs","platform":"other","minVersion":"1"}]""", "rules[0].platform")]
    [InlineData("""[{"kind":"allowedApps","mode":"allow","bundleIds":["a b",null]}]""", "rules[0].bundleIds")]
    [Trait("Requirement", "UG-13")]
    public async Task A_rule_that_judges_nothing_is_refused_by_field(string rules, string field)
    {
        using var admin = new ApiClient(_fleet);
        var refused = (await admin.PostAsync("policies", new { name = "Wrong", rules = JsonNode.Parse(rules) })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(field, Assert.Single(refused.Json!["errors"]!.AsObject()).Key);
    }

    [Theory]
    [InlineData("""null""")]
    [InlineData("""[{"minVersion":"1"}]""")]
    [InlineData("""[{"kind":"curfew"}]""")]
    [InlineData("""[{"kind":"allowedApps","mode":"deny"}]""")]
    [InlineData("""[{"kind":"allowedApps","mode":"maybe","bundleIds":[]}]""")]
    public async Task Rules_without_their_shape_are_malformed(string rules)
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("policies", new { name = "Wrong", rules = JsonNode.Parse(rules) })).Refuses(HttpStatusCode.BadRequest, "malformed");
    }

    [Fact]
    [Trait("Requirement", "UG-13")]
    public async Task A_policy_comes_with_the_person_is_judged_by_what_the_device_lists_and_goes_with_the_person()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        var group = await admin.MakeAsync("user-groups", new { name = "Judged" });
        await Ward.HireAsync(admin, "judge", group);
        var games = await admin.MakeAsync("policies", Denying("No games", DeviceContents.PersonalApp.BundleId, group));
        var work = await admin.MakeAsync("policies", Denying("No work", "work.chart", group));
        var os = await admin.MakeAsync("policies", new
        {
            name = "Newest",
            rules = new[] { new { kind = "requiredOs", platform = "iOS", minVersion = "99" } },
            distribution = new { to = "custom", userGroups = new[] { group } },
        });
        using var device = await Ward.EnrolAsync(_fleet);
        Assert.Empty(await ComplianceAsync(admin, device));

        await Ward.SignInAsync(_fleet, device, "judge");
        Assert.Equal($"{games}:unknown {work}:unknown {os}:violated", await StatesAsync(admin, device));
        Assert.Single(await AsksAsync(admin, device));
        await device.ConnectAsync(CancellationToken.None);
        Assert.Equal($"{games}:violated {work}:compliant {os}:violated", await StatesAsync(admin, device));
        Assert.Contains(DeviceContents.PersonalApp.BundleId, (await ComplianceAsync(admin, device))[0]!["reasons"]![0]!.ToString(), StringComparison.Ordinal);
        Assert.Empty(await AsksAsync(admin, device));

        (await admin.PostAsync($"devices/{device.Facts.Udid}/sign-out")).Is(HttpStatusCode.Accepted);
        Assert.Empty(await ComplianceAsync(admin, device));
        await Ward.SignInAsync(_fleet, device, "judge");
        Assert.Equal($"{games}:unknown {work}:unknown {os}:violated", await StatesAsync(admin, device));
        foreach (var policy in (string[])[games, work, os])
            (await admin.DeleteAsync($"policies/{policy}")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    [Trait("Requirement", "UG-13")]
    public async Task A_policy_that_is_distributed_later_asks_the_devices_that_it_reaches_and_an_admins_list_judges_again()
    {
        using var admin = new ApiClient(_fleet);
        var ward = await admin.MakeAsync("device-groups", new { name = "Judged ward" });
        using var device = await Ward.EnrolAsync(_fleet, ward);
        using var other = await Ward.EnrolAsync(_fleet);
        var id = await admin.MakeAsync("policies", new { name = "Only charts", rules = new[] { new { kind = "allowedApps", mode = "allow", bundleIds = new[] { "work.chart" } } } });
        (await admin.PutAsync($"policies/{id}/distribution", new { to = "custom", deviceGroups = new[] { ward } })).Is(HttpStatusCode.OK);
        await device.ConnectAsync(CancellationToken.None);
        Assert.Equal($"{id}:violated", await StatesAsync(admin, device));
        Assert.Empty(await ComplianceAsync(admin, other));

        var chess = DeviceContents.PersonalApp.BundleId;
        (await admin.PutAsync($"policies/{id}", new { name = "And chess", rules = new[] { new { kind = "allowedApps", mode = "allow", bundleIds = new[] { "work.chart", chess } } } }))
            .Is(HttpStatusCode.OK);
        Assert.Equal($"{id}:compliant", await StatesAsync(admin, device));
        device.Contents.Put(new ManagedApp("games.go", "1.0", 0, default, default));
        (await admin.PostAsync($"devices/{device.Facts.Udid}/commands?push=false", new { command = "InstalledApplicationList" })).Is(HttpStatusCode.Accepted);
        await device.ConnectAsync(CancellationToken.None);
        Assert.Equal($"{id}:violated", await StatesAsync(admin, device));
        (await admin.DeleteAsync($"policies/{id}")).Is(HttpStatusCode.NoContent);
        Assert.Empty(await ComplianceAsync(admin, device));
    }

    private static object Denying(string name, string bundleId, string group) => new
    {
        name,
        rules = new[] { new { kind = "allowedApps", mode = "deny", bundleIds = new[] { bundleId } } },
        distribution = new { to = "custom", userGroups = new[] { group } },
    };

    private static async Task<JsonArray> ComplianceAsync(ApiClient admin, SimulatedDevice device) =>
        (await admin.GetAsync($"devices/{device.Facts.Udid}")).Is(HttpStatusCode.OK).Json!["compliance"]!.AsArray();

    private static async Task<string> StatesAsync(ApiClient admin, SimulatedDevice device) =>
        string.Join(' ', (await ComplianceAsync(admin, device)).Select(one => $"{one!["policy"]}:{one["state"]}"));

    private static async Task<IEnumerable<JsonNode?>> AsksAsync(ApiClient admin, SimulatedDevice device) =>
        (await admin.GetAsync($"devices/{device.Facts.Udid}")).Json!["queue"]!.AsArray().Where(command => command!["command"]!.ToString() == "InstalledApplicationList");
}
