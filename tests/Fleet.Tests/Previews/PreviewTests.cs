using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Fleet.Tests.Previews;

/// <summary>What-if and explain, as an admin asks before and after a save (BY-02, BY-05).</summary>
public sealed class PreviewTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "BY-02")]
    [Trait("Requirement", "MU-13")]
    public async Task A_network_that_carries_devices_is_not_taken_away_unless_that_is_meant()
    {
        using var admin = new ApiClient(_fleet);
        var ward = await admin.MakeAsync("device-groups", new { name = "Carried" });
        using var device = await Ward.EnrolAsync(_fleet, ward);
        var wifi = await admin.MakeAsync("configurations", new
        {
            name = "Carrier",
            content = new { kind = "wifi", ssid = "Carrier" },
            distribution = new { to = "custom", deviceGroups = new[] { ward } },
        });

        var preview = (await admin.PostAsync($"configurations/{wifi}/preview", new { distribution = new { to = "none" } })).Is(HttpStatusCode.OK).Json!;
        Assert.Equal(1, preview["concerned"]!.GetValue<int>());
        Assert.Equal("network-lost", Assert.Single(preview["errors"]!.AsArray())!["code"]!.ToString());
        var item = Assert.Single(preview["items"]!.AsArray())!;
        Assert.Equal((1, 1), (item["removals"]!.GetValue<int>(), item["nobodyLoses"]!.GetValue<int>()));
        var example = Assert.Single(preview["examples"]!.AsArray())!;
        Assert.Equal((device.Facts.Udid, wifi), (example["device"]!.ToString(), Assert.Single(example["removals"]!.AsArray())!.ToString()));
        Assert.Equal(1, preview["pushes"]!["count"]!.GetValue<int>());

        (await admin.PutAsync($"configurations/{wifi}/distribution", new { to = "none" })).Refuses(HttpStatusCode.Conflict, "network-lost");
        (await admin.DeleteAsync($"configurations/{wifi}")).Refuses(HttpStatusCode.Conflict, "network-lost");
        (await admin.PutAsync($"configurations/{wifi}", new { name = "Carrier", content = new { kind = "wifi", ssid = "Carrier" }, enabled = false })).Refuses(HttpStatusCode.Conflict, "network-lost");
        (await admin.DeleteAsync($"device-groups/{ward}")).Refuses(HttpStatusCode.Conflict, "network-lost");
        var other = (await admin.PostAsync($"configurations/{wifi}/preview", new { content = new { kind = "wifi", ssid = "Another" } })).Is(HttpStatusCode.OK).Json!;
        Assert.Empty(other["errors"]!.AsArray());
        Assert.Contains(other["warnings"]!.AsArray(), warning => warning!["code"]!.ToString() == "network-changed");
        var spare = await admin.MakeAsync("configurations", new { name = "Spare", content = new { kind = "wifi", ssid = "Spare" }, distribution = new { to = "all" } });
        Assert.Empty((await admin.PostAsync($"configurations/{wifi}/preview", new { delete = true })).Is(HttpStatusCode.OK).Json!["errors"]!.AsArray());
        (await admin.DeleteAsync($"configurations/{wifi}")).Is(HttpStatusCode.NoContent);
        (await admin.DeleteAsync($"configurations/{spare}?override=network-lost")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    public async Task Devices_that_the_index_tells_nothing_of_are_asked()
    {
        using var admin = new ApiClient(_fleet);
        var ward = await admin.MakeAsync("device-groups", new { name = "Upgraded" });
        using var old = await Ward.EnrolAsync(_fleet, ward);
        using var broken = await Ward.EnrolAsync(_fleet, ward);
        await ForgetFactsAsync(old.Facts.Udid, default);
        await ForgetFactsAsync(broken.Facts.Udid, "{"u8.ToArray());
        var clip = await admin.MakeAsync("configurations", Clip("Upgraded", new { to = "none" }));
        var preview = (await admin.PostAsync($"configurations/{clip}/preview", new { distribution = new { to = "custom", deviceGroups = new[] { ward } } })).Is(HttpStatusCode.OK).Json!;
        Assert.Equal((2, 2), (preview["concerned"]!.GetValue<int>(), preview["items"]![0]!["installs"]!.GetValue<int>()));
        Assert.DoesNotContain("untold", preview["warnings"]!.ToJsonString(), StringComparison.Ordinal);
    }

    private async Task ForgetFactsAsync(string device, ReadOnlyMemory<byte> facts)
    {
        var key = new RecordKey("device", device);
        var row = (await _fleet.Store.ReadIndexAsync("device", [device])).Single().Row;
        var stored = (await _fleet.Store.ReadAsync(key))!;
        await _fleet.Store.WriteAsync(new RecordWrite(key, stored.Body, stored.Etag, row with { Facts = facts }, [], []));
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    public async Task Other_versions_of_an_app_are_previewed()
    {
        using var admin = new ApiClient(_fleet);
        var ward = await admin.MakeAsync("device-groups", new { name = "Pilots" });
        using var device = await Ward.EnrolAsync(_fleet, ward);
        var to = new { to = "custom", deviceGroups = new[] { ward } };
        var app = await admin.MakeAsync("apps", new { name = "Chart", bundleId = "org.example.chart.pilots", manifestUrl = "https://apps.example.org/1.plist", distribution = to });
        Assert.Equal(1, await UpdatesAsync(new { versions = new[] { new { version = "2", manifestUrl = "https://apps.example.org/2.plist", distribution = to } } }));
        Assert.Equal(1, await UpdatesAsync(new { manifestUrl = "https://apps.example.org/2.plist" }));
        (await admin.PostAsync($"apps/{app}/preview", new { manifestUrl = "http://apps.example.org/2.plist" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        var clip = await admin.MakeAsync("configurations", Clip("No app", new { to = "none" }));
        (await admin.PostAsync($"configurations/{clip}/preview", new { manifestUrl = "https://apps.example.org/2.plist" })).Refuses(HttpStatusCode.BadRequest, "invalid");

        async Task<int> UpdatesAsync(object change) =>
            (await admin.PostAsync($"apps/{app}/preview", change)).Is(HttpStatusCode.OK).Json!["items"]![0]!["updates"]!.GetValue<int>();
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    public async Task The_plan_of_a_person_on_a_device_is_what_the_device_then_queues()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        var team = await admin.MakeAsync("user-groups", new { name = "Planned" });
        await Ward.HireAsync(admin, "planned", team);
        var mine = await admin.MakeAsync("configurations", Clip("Mine", new { to = "custom", userGroups = new[] { team } }));
        using var device = await Ward.EnrolAsync(_fleet);
        var other = await admin.MakeAsync("configurations", Clip("Not mine yet", new { to = "none" }));

        var thoughtOf = (await admin.PostAsync($"configurations/{other}/preview", new { distribution = new { to = "custom", userGroups = new[] { team } }, device = device.Facts.Udid, userName = "planned" })).Is(HttpStatusCode.OK);
        Assert.Equal([mine, other], Installs(thoughtOf.Json!["plan"]!));
        var plan = (await admin.PostAsync($"devices/{device.Facts.Udid}/preview", new { userName = "planned" })).Is(HttpStatusCode.OK).Json!;
        Assert.Equal([mine], Installs(plan));
        Assert.Equal("nobody", (await admin.GetAsync($"devices/{device.Facts.Udid}")).Json!["owner"]!["userName"]!.ToString());

        await Ward.SignInAsync(_fleet, device, "planned");
        var queue = (await admin.GetAsync($"devices/{device.Facts.Udid}")).Json!["queue"]!.AsArray();
        Assert.Equal(
            plan["commands"]!.AsArray().Select(command => $"{command!["command"]} {command["item"]}"),
            queue.Select(command => $"{command!["command"]} {command["item"]}"));
        await device.ConnectAsync(CancellationToken.None);
        var leaving = (await admin.PostAsync($"devices/{device.Facts.Udid}/preview", new { userName = "nobody" })).Is(HttpStatusCode.OK).Json!;
        Assert.Contains(leaving["commands"]!.AsArray(), command => command!["command"]!.ToString() == "RemoveProfile" && command["item"]!.ToString() == mine);
        (await admin.PostAsync($"devices/{device.Facts.Udid}/preview", new { userName = "stranger" })).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PostAsync("devices/no-such-device/preview")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    [Trait("Requirement", "BY-05")]
    public async Task An_item_that_is_there_and_one_that_is_not_are_explained_from_rule_to_result()
    {
        using var admin = new ApiClient(_fleet);
        var group = (await admin.PostAsync("device-groups", new { name = "New systems", rule = "osVersion >= 90.0 or in device group \"nowhere-near\"" }));
        group.Refuses(HttpStatusCode.BadRequest, "unknown-group");
        var modern = await admin.MakeAsync("device-groups", new { name = "New systems", rule = "osVersion >= 90.0" });
        using var device = await Ward.EnrolAsync(_fleet);
        var there = await admin.MakeAsync("configurations", Clip("There", new { to = "all" }));
        var missing = await admin.MakeAsync("configurations", Clip("Missing", new { to = "custom", deviceGroups = new[] { modern } }));
        await device.ConnectAsync(CancellationToken.None);

        var explained = (await admin.GetAsync($"devices/{device.Facts.Udid}/explain/{there}")).Is(HttpStatusCode.OK).Json!;
        Assert.True(explained["holds"]!.GetValue<bool>());
        Assert.Equal("result", explained["chain"]!.AsArray()[^1]!["step"]!.ToString());
        Assert.All(explained["chain"]!.AsArray(), link => Assert.True(link!["holds"]!.GetValue<bool>(), link.ToJsonString()));

        var absent = (await admin.GetAsync($"devices/{device.Facts.Udid}/explain/{missing}")).Is(HttpStatusCode.OK).Json!;
        Assert.False(absent["holds"]!.GetValue<bool>());
        var first = absent["chain"]!.AsArray().First(link => !link!["holds"]!.GetValue<bool>())!;
        Assert.Equal("distribution", first["step"]!.ToString());
        Assert.Contains($"not in device group {modern}", first.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("osVersion", first.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains((await _fleet.ViewAsync(device.Facts.Udid)).Device.Facts.OsVersion!, first.ToJsonString(), StringComparison.Ordinal);
        (await admin.GetAsync($"devices/{device.Facts.Udid}/explain/no-such-item")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    public async Task Another_rule_of_a_group_is_previewed_over_the_fleet()
    {
        using var admin = new ApiClient(_fleet);
        var group = await admin.MakeAsync("device-groups", new { name = "Ruled", rule = "deviceName is \"none has this\"" });
        using var device = await Ward.EnrolAsync(_fleet);
        await admin.MakeAsync("configurations", Clip("Ruled", new { to = "custom", deviceGroups = new[] { group } }));
        var preview = (await admin.PostAsync($"device-groups/{group}/preview", new { rule = $"serialNumber is \"{device.Facts.SerialNumber}\"" })).Is(HttpStatusCode.OK).Json!;
        Assert.Equal((1, 1), (preview["concerned"]!.GetValue<int>(), preview["items"]![0]!["installs"]!.GetValue<int>()));
        Assert.Equal(device.Facts.Udid, preview["examples"]![0]!["device"]!.ToString());
        (await admin.PostAsync($"device-groups/{group}/preview", new { rule = "serialNumber >" })).Is(HttpStatusCode.BadRequest);
        (await admin.PostAsync($"device-groups/{group}/preview", new { rule = $"in device group \"{group}\"" })).Refuses(HttpStatusCode.BadRequest, "cycle");
        (await admin.PostAsync($"device-groups/{group}/preview", new { rule = "nonsuch is \"x\"" })).Refuses(HttpStatusCode.BadRequest, "unknown-attribute");
        var asking = await admin.MakeAsync("device-groups", new { name = "Asking", rule = $"in device group \"{group}\"" });
        (await admin.PostAsync($"device-groups/{group}/preview", new { delete = true })).Refuses(HttpStatusCode.Conflict, "in-use");
        (await admin.DeleteAsync($"device-groups/{asking}")).Is(HttpStatusCode.NoContent);
        (await admin.PostAsync("configurations/multi-user-sign-in/preview", new { delete = true })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PostAsync("configurations/multi-user-sign-in/preview", new { priority = -5 })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PostAsync($"device-groups/{group}/preview", new { })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PostAsync("device-groups/nowhere/preview", new { delete = true })).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    private static object Clip(string name, object distribution) => new { name, content = new { kind = "webClip", url = "https://ward.example/", label = name }, distribution };

    private static IEnumerable<string> Installs(JsonNode plan) => plan["commands"]!.AsArray()
        .Where(command => command!["command"]!.ToString() == "InstallProfile").Select(command => command!["item"]!.ToString()).Order(StringComparer.Ordinal);
}
