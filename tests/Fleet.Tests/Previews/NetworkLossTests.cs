using System.Net;
using System.Text;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Imports;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.Previews;

/// <summary>What carries a device must not go by what is said of that one device, nor by what is said of nobody (BY-02).</summary>
public sealed class NetworkLossTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private const string Meant = "?override=network-lost";

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "BY-02")]
    public async Task A_device_is_not_taken_out_of_the_group_that_brings_its_network_unless_that_is_meant()
    {
        using var admin = new ApiClient(_fleet);
        var group = await admin.MakeAsync("device-groups", new { name = "Lone" });
        using var device = await Ward.EnrolAsync(_fleet, group);
        var wifi = await WiFiAsync(admin, "Lone", new { to = "custom", deviceGroups = new[] { group } });
        var path = $"device-groups/{group}/members/{device.Facts.Udid}";
        (await admin.DeleteAsync(path)).Refuses(HttpStatusCode.Conflict, "network-lost");
        var thought = (await admin.PostAsync($"devices/{device.Facts.Udid}/preview", new { groups = Array.Empty<string>() })).Is(HttpStatusCode.OK).Json!;
        Assert.Equal("network-lost", Assert.Single(thought["errors"]!.AsArray())!["code"]!.ToString());
        Assert.DoesNotContain(thought["desired"]!.AsArray(), item => item!["item"]!.ToString() == wifi);
        Assert.Empty((await admin.PostAsync($"devices/{device.Facts.Udid}/preview")).Json!["errors"]!.AsArray());
        Assert.Contains(group, await GroupsAsync(admin, device));
        (await admin.DeleteAsync(path + Meant)).Is(HttpStatusCode.NoContent);
        Assert.DoesNotContain(group, await GroupsAsync(admin, device));
        (await admin.PutAsync(path, new { })).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    [Trait("Requirement", "UG-04")]
    public async Task Attributes_and_ownership_of_a_device_keep_its_network_too()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("attributes", new { label = "Floor", scope = "device", type = "text" })).Is(HttpStatusCode.Created);
        using var device = await Ward.EnrolAsync(_fleet);
        var path = $"devices/{device.Facts.Udid}";
        (await admin.PutAsync($"{path}/attributes/floor", new { value = "3" })).Is(HttpStatusCode.NoContent);
        await WiFiAsync(admin, "Third", new { to = "all", filter = "floor is \"3\" and ownership is \"company\"" });
        (await admin.PutAsync($"{path}/attributes/floor", new { value = "4" })).Refuses(HttpStatusCode.Conflict, "network-lost");
        (await admin.DeleteAsync($"{path}/attributes/floor")).Refuses(HttpStatusCode.Conflict, "network-lost");
        (await admin.PutAsync($"{path}/ownership", new { ownership = "user" })).Refuses(HttpStatusCode.Conflict, "network-lost");
        var thought = (await admin.PostAsync($"{path}/preview", new { attributes = new { floor = "4" } })).Is(HttpStatusCode.OK).Json!;
        Assert.Equal("network-lost", Assert.Single(thought["errors"]!.AsArray())!["code"]!.ToString());
        (await admin.PostAsync($"{path}/preview", new { ownership = "nobody's" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PostAsync($"{path}/preview", new { groups = new[] { "nowhere" } })).Refuses(HttpStatusCode.BadRequest, "unknown-group");
        (await admin.PutAsync($"{path}/attributes/floor{Meant}", new { value = "4" })).Is(HttpStatusCode.NoContent);
        (await admin.PutAsync($"{path}/attributes/floor", new { value = "3" })).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    [Trait("Requirement", "UG-06")]
    public async Task A_row_of_an_import_that_would_cut_its_device_off_fails_alone()
    {
        using var admin = new ApiClient(_fleet);
        var group = await admin.MakeAsync("device-groups", new { name = "Imported" });
        using var device = await Ward.EnrolAsync(_fleet, group);
        using var other = await Ward.EnrolAsync(_fleet);
        await WiFiAsync(admin, "Imported", new { to = "custom", deviceGroups = new[] { group } });
        var elsewhere = await admin.MakeAsync("device-groups", new { name = "Elsewhere" });
        var csv = $"id,groups\n{device.Facts.Udid},{elsewhere}\n{other.Facts.Udid},{elsewhere}\n";
        using var imports = new ImportClient(_fleet);
        foreach (var query in new[] { "?dryRun=true", "" })
        {
            var report = await imports.DevicesAsync(csv, query);
            Assert.Equal(["failed", "updated"], report.Results);
            Assert.Contains(Meant, report.Message(0), StringComparison.Ordinal);
        }

        Assert.Contains(group, await GroupsAsync(admin, device));
        Assert.Equal(["updated", "unchanged"], (await imports.DevicesAsync(csv, Meant)).Results);
        Assert.Equal([elsewhere], await GroupsAsync(admin, device));
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    [Trait("Requirement", "MU-14")]
    public async Task A_value_of_nobodys_is_set_while_another_of_its_values_brings_the_network()
    {
        using var admin = new ApiClient(_fleet);
        foreach (var label in new[] { "Carried", "Note" })
            (await admin.PostAsync("attributes", new { label, scope = "user", type = "text" })).Is(HttpStatusCode.Created);
        (await admin.PutAsync("users/nobody/attributes/carried", new { value = "yes" })).Is(HttpStatusCode.OK);
        using var device = await Ward.EnrolAsync(_fleet);
        var wifi = await WiFiAsync(admin, "Of nobody's", new { to = "all", filter = $"carried is \"yes\" and serialNumber is \"{device.Facts.SerialNumber}\"" });
        (await admin.PutAsync("users/nobody/attributes/note", new { value = "kept" })).Is(HttpStatusCode.OK);
        (await admin.DeleteAsync("users/nobody/attributes/carried")).Refuses(HttpStatusCode.Conflict, "network-lost");
        (await admin.DeleteAsync($"configurations/{wifi}{Meant}")).Is(HttpStatusCode.NoContent);
        (await admin.DeleteAsync("users/nobody/attributes/carried")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    [Trait("Requirement", "MU-14")]
    public async Task The_recipe_gives_nobody_no_other_value_where_the_one_it_has_brings_the_network_unless_that_is_meant()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("attributes", new { label = "Multi-user owner", scope = "user", type = "text" })).Is(HttpStatusCode.Created);
        (await admin.PutAsync("users/nobody/attributes/multiUserOwner", new { value = "No" })).Is(HttpStatusCode.OK);
        using var device = await Ward.EnrolAsync(_fleet);
        await WiFiAsync(admin, "Of no owner", new { to = "all", filter = $"multiUserOwner is \"No\" and serialNumber is \"{device.Facts.SerialNumber}\"" });
        (await admin.PostAsync("recipes/multi-user-owner")).Refuses(HttpStatusCode.Conflict, "network-lost");
        Assert.Equal("No", (await admin.GetAsync("users/nobody")).Json!["attributes"]!["multiUserOwner"]!.ToString());
        (await admin.PostAsync($"recipes/multi-user-owner{Meant}")).Is(HttpStatusCode.OK);
        Assert.Equal("Yes", (await admin.GetAsync("users/nobody")).Json!["attributes"]!["multiUserOwner"]!.ToString());
    }

    [Fact]
    [Trait("Requirement", "BY-02")]
    public async Task A_new_item_that_displaces_the_network_is_not_made_unless_that_is_meant()
    {
        using var admin = new ApiClient(_fleet);
        var group = await admin.MakeAsync("device-groups", new { name = "Displaced" });
        using var device = await Ward.EnrolAsync(_fleet, group);
        var to = new { to = "custom", deviceGroups = new[] { group } };
        await admin.MakeAsync("configurations", new { name = "Both", content = new { kind = "custom", mobileConfig = Encoding.UTF8.GetBytes(NetworkAndProxy) }, distribution = to });
        var proxy = new { name = "Proxy", content = new { kind = "globalProxy", proxy = new { kind = "auto", pacUrl = "https://ward.example/pac" } }, distribution = to, priority = 1 };
        var preview = (await admin.PostAsync("configurations/preview", proxy)).Is(HttpStatusCode.OK).Json!;
        Assert.Equal("network-lost", Assert.Single(preview["errors"]!.AsArray())!["code"]!.ToString());
        (await admin.PostAsync("configurations", proxy)).Refuses(HttpStatusCode.Conflict, "network-lost");
        (await admin.GetAsync("configurations/proxy")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PostAsync($"configurations{Meant}", proxy)).Is(HttpStatusCode.Created);
    }

    /// <summary>A profile with a Wi-Fi and a global proxy, of which a device holds one.</summary>
    private static string NetworkAndProxy =>
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <plist version="1.0"><dict>
        <key>PayloadType</key><string>Configuration</string><key>PayloadVersion</key><integer>1</integer>
        <key>PayloadIdentifier</key><string>org.example.both</string><key>PayloadUUID</key><string>00000000-0000-4000-8000-000000000001</string>
        <key>PayloadContent</key><array>
        {Payload("com.apple.wifi.managed", 2, "<key>SSID_STR</key><string>Both</string><key>EncryptionType</key><string>None</string>")}
        {Payload("com.apple.proxy.http.global", 3, "<key>ProxyType</key><string>Auto</string>")}
        </array></dict></plist>
        """;

    private static string Payload(string type, int number, string members) =>
        $"<dict><key>PayloadType</key><string>{type}</string><key>PayloadVersion</key><integer>1</integer><key>PayloadIdentifier</key><string>org.example.both.{number}</string><key>PayloadUUID</key><string>00000000-0000-4000-8000-00000000000{number}</string>{members}</dict>";

    private static Task<string> WiFiAsync(ApiClient admin, string name, object distribution) =>
        admin.MakeAsync("configurations", new { name, content = new { kind = "wifi", ssid = name }, distribution });

    private static async Task<IEnumerable<string>> GroupsAsync(ApiClient admin, SimulatedDevice device) =>
        [.. (await admin.GetAsync($"devices/{device.Facts.Udid}")).Json!["groups"]!.AsArray().Select(group => group!.ToString())];
}
