using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>Groups whose rule says who is in them.</summary>
public class DynamicGroupTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "UG-02")]
    [Trait("Requirement", "MU-15")]
    public async Task A_user_group_with_a_rule_holds_whoever_fits_and_nobody_when_it_does()
    {
        using var admin = new ApiClient(_fleet);
        await admin.PostAsync("attributes", new { label = "Team", scope = "user", type = "text" });
        var night = await admin.MakeAsync("user-groups", new { name = "Night" });
        var made = (await admin.PostAsync("user-groups", new { name = "Blue night", rule = $"team is \"blue\" and in user group \"{night}\"" })).Is(HttpStatusCode.Created);
        Assert.True(made.Json!["dynamic"]!.GetValue<bool>());
        Assert.Equal("""{"all":[{"attribute":"team","op":"is","value":"blue"},{"userGroup":"night"}]}""", made.Json["rule"]!.ToJsonString());
        var path = $"user-groups/{made.Id}";
        foreach (var (name, team, group) in new[] { ("una", "Blue", night), ("ute", "red", night) })
            await admin.MakeAsync("users", new { userName = name, displayName = name, groups = new[] { group }, attributes = new { team } });
        await admin.MakeAsync("users", new { userName = "uwe", displayName = "uwe", attributes = new { team = "blue" } });

        Assert.Equal(["una"], await MembersAsync(admin, path));
        Assert.Equal(["una"], (await admin.ListAsync($"users?group={made.Id}")).Select(row => row["id"]!.ToString()));
        Assert.Equal(["una"], (await admin.GetAsync(path)).Json!["members"]!.AsArray().Select(one => one!.ToString()));
        Assert.Equal(["blue-night", "everyone", "night"], Effective((await admin.GetAsync("users/una")).Json!));
        Assert.Equal(["night"], (await admin.GetAsync("users/una")).Json!["groups"]!.AsArray().Select(one => one!.ToString()));
        Assert.Equal(["everyone"], Effective((await admin.GetAsync("users/uwe")).Json!));

        (await admin.PutAsync("users/ute/attributes/team", new { value = "BLUE" })).Is(HttpStatusCode.OK);
        (await admin.PutAsync($"user-groups/{night}/members/nobody")).Is(HttpStatusCode.NoContent);
        (await admin.PutAsync("users/nobody/attributes/team", new { value = "blue" })).Is(HttpStatusCode.OK);
        Assert.Equal(["nobody", "una", "ute"], await MembersAsync(admin, path));
        Assert.Equal(["una"], (await admin.GetAsync($"{path}/members?limit=1")).Json!["items"]!.AsArray().Skip(1).Select(one => one!.ToString()));

        Assert.Contains(made.Id, (await admin.DeleteAsync($"user-groups/{night}")).Refuses(HttpStatusCode.Conflict, "in-use").Text("detail"), StringComparison.Ordinal);

        var changed = (await admin.PutAsync(path, new { name = "Not blue", rule = new { not = new { attribute = "team", op = "is", value = "blue" } } })).Is(HttpStatusCode.OK);
        Assert.Equal("not team is \"blue\"", changed.Text("ruleText"));
        Assert.Empty((await MembersAsync(admin, path)).Intersect(["nobody", "una", "ute", "uwe"]));
        Assert.Equal("not team is \"blue\"", (await admin.PutAsync(path, new { name = "Renamed" })).Is(HttpStatusCode.OK).Text("ruleText"));
        Assert.Contains(await admin.ListAsync("user-groups"), row => row["id"]!.ToString() == made.Id && row["dynamic"]!.GetValue<bool>());

        (await admin.PutAsync($"{path}/members/uwe")).Refuses(HttpStatusCode.Conflict, "dynamic");
        (await admin.DeleteAsync($"{path}/members/uwe")).Refuses(HttpStatusCode.Conflict, "dynamic");
        (await admin.PutAsync("users/uwe", new { displayName = "Uwe", groups = new[] { made.Id } })).Refuses(HttpStatusCode.BadRequest, "dynamic");
        (await admin.PutAsync(path, new JsonObject { ["name"] = "Static", ["rule"] = null })).Refuses(HttpStatusCode.Conflict, "fixed");
        (await admin.PutAsync($"user-groups/{night}", new { name = "Night", rule = "always" })).Refuses(HttpStatusCode.Conflict, "fixed");
        (await admin.DeleteAsync(path)).Is(HttpStatusCode.NoContent);
        (await admin.DeleteAsync($"user-groups/{night}")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    [Trait("Requirement", "UG-05")]
    public async Task A_group_that_an_item_excepts_stays_and_a_chain_of_groups_has_an_end()
    {
        using var admin = new ApiClient(_fleet);
        var spared = await admin.MakeAsync("device-groups", new { name = "Spared" });
        var clip = await admin.MakeAsync("configurations", new
        {
            name = "Excepting",
            content = new { kind = "webClip", url = "https://ward.example/", label = "x" },
            distribution = new { to = "custom", userGroups = new[] { "everyone" }, exceptDeviceGroups = new[] { spared } },
        });
        var refused = (await admin.DeleteAsync($"device-groups/{spared}")).Refuses(HttpStatusCode.Conflict, "in-use");
        Assert.Contains($"the exceptions of {clip}", refused.Text("detail"), StringComparison.Ordinal);
        (await admin.DeleteAsync($"configurations/{clip}")).Is(HttpStatusCode.NoContent);
        (await admin.DeleteAsync($"device-groups/{spared}")).Is(HttpStatusCode.NoContent);

        var last = await admin.MakeAsync("user-groups", new { name = "Link 0", rule = "isNobody" });
        for (var link = 1; link < 32; link++)
            last = await admin.MakeAsync("user-groups", new { name = $"Link {link}", rule = $"in user group \"{last}\"" });
        (await admin.PostAsync("user-groups", new { name = "One more", rule = $"in user group \"{last}\"" })).Refuses(HttpStatusCode.Conflict, "too-many");
    }

    [Fact]
    [Trait("Requirement", "UG-03")]
    public async Task A_device_group_follows_the_device_and_who_holds_it()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        await admin.PostAsync("attributes", new { label = "Bay", scope = "device", type = "number" });
        await admin.PostAsync("attributes", new { label = "Skill", scope = "user", type = "number" });
        var skilled = await admin.MakeAsync("user-groups", new { name = "Skilled", rule = "skill >= 3" });
        var own = await admin.MakeAsync("device-groups", new { name = "Bay of the skilled", rule = $"bay > 1.5 and in user group \"{skilled}\" and ownership is \"company\" and not enrolledViaUserEnrollment" });
        await admin.MakeAsync("users", new { userName = "vito", displayName = "Vito", password = Ward.Password, attributes = new { skill = 3 } });
        using var device = await Ward.EnrolAsync(_fleet);
        using var other = await Ward.EnrolAsync(_fleet);
        var id = device.Facts.Udid;
        foreach (var udid in new[] { id, other.Facts.Udid })
            (await admin.PutAsync($"devices/{udid}/attributes/bay", new { value = 2 })).Is(HttpStatusCode.NoContent);
        Assert.Empty(await admin.ListAsync($"device-groups/{own}/members"));

        await Ward.SignInAsync(_fleet, device, "vito");
        Assert.Equal([id], (await admin.ListAsync($"device-groups/{own}/members")).Select(Id));
        Assert.Equal([id], (await admin.ListAsync($"devices?group={own}&status=enrolled&owner=vito&q={device.Facts.SerialNumber}%20vito&people=true")).Select(Id));
        Assert.Empty(await admin.ListAsync($"devices?group={own}&owner=nobody"));
        Assert.Empty(await admin.ListAsync($"devices?group={own}&q=unheard"));
        var shown = (await admin.GetAsync($"devices/{id}")).Json!;
        Assert.Equal([own], Effective(shown));
        Assert.Empty(shown["groups"]!.AsArray());

        (await admin.PutAsync("users/vito/attributes/skill", new { value = 2 })).Is(HttpStatusCode.OK);
        Assert.Empty(Effective((await admin.GetAsync($"devices/{id}")).Json!));
        (await admin.PutAsync("users/vito/attributes/skill", new { value = 9 })).Is(HttpStatusCode.OK);
        Assert.Equal([own], Effective((await admin.GetAsync($"devices/{id}")).Json!));
        (await admin.PutAsync($"devices/{id}/ownership", new { ownership = "user" })).Is(HttpStatusCode.NoContent);
        Assert.Empty(await admin.ListAsync($"devices?group={own}"));

        (await admin.PutAsync($"device-groups/{own}/members/{id}")).Refuses(HttpStatusCode.Conflict, "dynamic");
        (await admin.PostAsync("enrolment-tokens", new { name = "Into it", deviceGroups = new[] { own } })).Refuses(HttpStatusCode.BadRequest, "dynamic");
    }

    [Fact]
    [Trait("Requirement", "UG-03")]
    public async Task A_rule_that_would_ask_for_its_own_group_is_refused_with_the_way()
    {
        using var admin = new ApiClient(_fleet);
        var first = await admin.MakeAsync("user-groups", new { name = "Cycle a", rule = "never" });
        var second = await admin.MakeAsync("user-groups", new { name = "Cycle b", rule = $"in user group \"{first}\"" });
        var refused = (await admin.PutAsync($"user-groups/{first}", new { name = "Cycle a", rule = $"not in user group \"{second}\"" })).Refuses(HttpStatusCode.BadRequest, "cycle");
        Assert.Contains("→", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Contains($"user group {first}", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Contains($"user group {second}", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("never", (await admin.GetAsync($"user-groups/{first}")).Text("ruleText"));
        var looked = (await admin.PostAsync("user-groups/rules/parse", new { rule = $"in user group \"{second}\"", id = first })).Is(HttpStatusCode.OK).Json!;
        Assert.Equal((false, "cycle"), (looked["valid"]!.GetValue<bool>(), looked["errors"]![0]!["code"]!.ToString()));
    }

    [Fact]
    [Trait("Requirement", "UG-03")]
    public async Task A_rule_is_shown_in_both_forms_or_with_the_place_of_the_mistake()
    {
        using var admin = new ApiClient(_fleet);
        var line = (await admin.PostAsync("device-groups/rules/parse", new { rule = "osVersion >= 17 AND not isNobody" })).Is(HttpStatusCode.OK).Json!;
        Assert.Equal("osVersion >= 17 and not isNobody is true", line["ruleText"]!.ToString());
        var json = (await admin.PostAsync("device-groups/rules/parse", new JsonObject { ["rule"] = line["rule"]!.DeepClone() })).Is(HttpStatusCode.OK).Json!;
        Assert.Equal(line.ToJsonString(), json.ToJsonString());
        Assert.Empty(json["errors"]!.AsArray());

        var wrong = (await admin.PostAsync("user-groups/rules/parse", new { rule = "displayName is \"a\" and osVersion > 3" })).Is(HttpStatusCode.OK).Json!["errors"]![0]!;
        Assert.Equal(("scope", "column 24"), (wrong["code"]!.ToString(), wrong["where"]!.ToString()));
        var path = (await admin.PostAsync("device-groups/rules/parse", JsonNode.Parse("""{"rule":{"all":[{"userGroup":"everyone"},{"attribute":"supervised","op":"is","value":"maybe"}]}}"""))).Json!["errors"]![0]!;
        Assert.Equal(("value", "$.all[1].value"), (path["code"]!.ToString(), path["where"]!.ToString()));
        Assert.Equal("unknown-group", (await admin.PostAsync("device-groups/rules/parse", new { rule = "in device group \"no-such\"" })).Json!["errors"]![0]!["code"]!.ToString());
        Assert.Equal("syntax", (await admin.PostAsync("device-groups/rules/parse", new { })).Json!["errors"]![0]!["code"]!.ToString());
    }

    public static TheoryData<string, string> HostileRules => new()
    {
        { "\"unheard is \\\"a\\\"\"", "unknown-attribute" },
        { "\"lastSeen within 3 days\"", "forbidden-attribute" },
        { "\"supervised > 3\"", "comparison" },
        { "\"model is\"", "syntax" },
        { "\"in user group \\\"no-such\\\"\"", "unknown-group" },
        { $"\"{new string('(', 5000)}\"", "too-large" },
        { $"\"{new string('x', 9000)}\"", "too-large" },
        { string.Concat(Enumerable.Repeat("{\"not\":", 30)) + "{\"userGroup\":\"everyone\"}" + new string('}', 30), "too-large" },
        { $"{{\"attribute\":\"model\",\"op\":\"in\",\"values\":[{string.Join(',', Enumerable.Range(0, 5000).Select(number => $"\"{number}\""))}]}}", "too-large" },
        { $"{{\"any\":[{string.Join(',', Enumerable.Repeat("{\"userGroup\":\"everyone\"}", 2000))}]}}", "too-large" },
        { "[]", "syntax" },
        { "7", "syntax" },
    };

    [Theory]
    [MemberData(nameof(HostileRules))]
    [Trait("Requirement", "UG-03")]
    public async Task A_hostile_rule_is_refused_within_bounds(string rule, string code)
    {
        using var admin = new ApiClient(_fleet);
        using var body = new StringContent($"{{\"name\":\"Hostile\",\"rule\":{rule}}}", System.Text.Encoding.UTF8, "application/json");
        (await admin.PostAsync("device-groups", body)).Refuses(HttpStatusCode.BadRequest, code);
        Assert.Empty(await admin.ListAsync("device-groups?q=hostile"));
        using var filter = new StringContent($"{{\"to\":\"all\",\"filter\":{rule}}}", System.Text.Encoding.UTF8, "application/json");
        (await admin.PutAsync("configurations/multi-user-sign-in/distribution", filter)).Refuses(HttpStatusCode.BadRequest, code);
    }

    private static async Task<IEnumerable<string>> MembersAsync(ApiClient admin, string path) =>
        (await admin.GetAsync($"{path}/members")).Is(HttpStatusCode.OK).Json!["items"]!.AsArray().Select(name => name!.ToString());

    private static IEnumerable<string> Effective(JsonNode shown) => shown["effectiveGroups"]!.AsArray().Select(one => one!.ToString()).Order();

    private static string Id(JsonObject row) => row["id"]!.ToString();
}
