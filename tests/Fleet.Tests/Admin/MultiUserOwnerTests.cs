using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Domain.Rules;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>The product page's story of nobody: what stays after a sign-out and what goes, told by an attribute (MU-13, MU-14).</summary>
public sealed class MultiUserOwnerTests : IAsyncLifetime
{
    private TestFleet _fleet = null!;

    public async Task InitializeAsync() => _fleet = await TestFleet.StartAsync();

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    [Trait("Requirement", "MU-13")]
    [Trait("Requirement", "MU-14")]
    [Trait("Requirement", "MU-15")]
    [Trait("Requirement", "UG-02")]
    public async Task By_hand_what_nobodys_group_gets_stays_and_what_the_others_get_goes()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("attributes", new { label = "Multi-user owner", scope = "user", type = "text" })).Is(HttpStatusCode.Created);
        (await admin.PutAsync("users/nobody/attributes/multiUserOwner", new { value = "Yes" })).Is(HttpStatusCode.OK);
        var others = await admin.MakeAsync("user-groups", new { name = "Multi-user", rule = "multiUserOwner is not \"Yes\"" });
        var nobody = await admin.MakeAsync("user-groups", new { name = "Nobody", rule = "multiUserOwner is \"Yes\"" });
        var free = await admin.MakeAsync("device-groups", new { name = "Free", rule = "multiUserOwner is \"Yes\"" });
        await PlayAsync(admin, others, nobody, free);
    }

    [Fact]
    [Trait("Requirement", "MU-14")]
    public async Task The_recipe_makes_the_same_in_one_call_and_again_makes_nothing()
    {
        using var admin = new ApiClient(_fleet);
        var first = (await admin.PostAsync("recipes/multi-user-owner")).Is(HttpStatusCode.OK).Json!;
        Assert.Equal("attribute value userGroup userGroup deviceGroup deviceGroup", Kinds(first["made"]!));
        Assert.Empty(first["found"]!.AsArray());
        Assert.Equal("Yes", (await admin.GetAsync("users/nobody")).Json!["attributes"]!["multiUserOwner"]!.ToString());
        var second = (await admin.PostAsync("recipes/multi-user-owner")).Is(HttpStatusCode.OK).Json!;
        Assert.Empty(second["made"]!.AsArray());
        Assert.Equal(first["made"]!.ToJsonString(), second["found"]!.ToJsonString());
        var ids = first["made"]!.AsArray().Skip(2).Select(part => part!["id"]!.ToString()).ToArray();
        Assert.Equal(["all-but-nobody", "nobody-alone", "devices-held-by-people", "devices-held-by-nobody"], ids);
        await PlayAsync(admin, ids[0], ids[1], ids[3]);
    }

    [Fact]
    [Trait("Requirement", "MU-14")]
    public async Task The_recipe_completes_what_was_left_half_made_and_leaves_what_an_admin_chose()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("attributes", new { name = "multiUserOwner", scope = "user", type = "text" })).Is(HttpStatusCode.Created);
        (await admin.PutAsync("users/nobody/attributes/multiUserOwner", new { value = "true" })).Is(HttpStatusCode.OK);
        var taken = await admin.MakeAsync("user-groups", new { name = "All but nobody" });
        var catalog = _fleet.Grains.GetGrain<ICatalog>(ICatalog.Key);
        var attributes = (await catalog.Read()).Compiled.Attributes;
        var halfMade = new Group(GroupId.Parse("alone"), "Alone", RuleText.Parse("multiUserOwner in (\"Yes\", \"True\")", attributes, RuleScope.UserGroup));
        await catalog.PutUserGroup(halfMade);
        (await admin.GetAsync("user-groups/alone")).Refuses(HttpStatusCode.NotFound, "not-found");

        var made = (await admin.PostAsync("recipes/multi-user-owner")).Is(HttpStatusCode.OK).Json!;
        Assert.Equal("attribute value", Kinds(made["found"]!));
        Assert.Equal(["all-but-nobody-2", "alone", "devices-held-by-people", "devices-held-by-nobody"], made["made"]!.AsArray().Select(part => part!["id"]!.ToString()));
        Assert.Equal(["nobody"], (await admin.GetAsync("user-groups/alone")).Json!["members"]!.AsArray().Select(name => name!.ToString()));
        Assert.False((await admin.GetAsync($"user-groups/{taken}")).Json!["dynamic"]!.GetValue<bool>());
    }

    [Fact]
    [Trait("Requirement", "MU-14")]
    public async Task The_recipe_does_not_take_an_attribute_of_another_kind()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("attributes", new { name = "MULTIUSEROWNER", scope = "device", type = "text" })).Is(HttpStatusCode.Created);
        (await admin.PostAsync("recipes/multi-user-owner")).Refuses(HttpStatusCode.Conflict, "taken");
        Assert.Single(await admin.ListAsync("user-groups"));
    }

    /// <summary>Wi-Fi for nobody and everyone else, an app and a web clip for the others: sign-in, sign-out, as the device has it.</summary>
    private async Task PlayAsync(ApiClient admin, string others, string nobody, string freeDevices)
    {
        (await admin.PutAsync("configurations/multi-user-sign-in/distribution", new { to = "all" })).Is(HttpStatusCode.OK);
        await admin.MakeAsync("configurations", new { name = "Net", content = new { kind = "wifi", ssid = "Net" }, distribution = new { to = "custom", userGroups = new[] { others, nobody } } });
        await admin.MakeAsync("configurations", new { name = "Free", content = new { kind = "wifi", ssid = "Free" }, distribution = new { to = "custom", deviceGroups = new[] { freeDevices } } });
        await admin.MakeAsync("configurations", new { name = "Charts", content = new { kind = "webClip", url = "https://charts.example/", label = "Charts" }, distribution = new { to = "custom", userGroups = new[] { others } } });
        await admin.MakeAsync("apps", new { name = "Chart", bundleId = "chart", manifestUrl = "https://apps.example/chart.plist", distribution = new { to = "custom", userGroups = new[] { others } } });
        await Ward.HireAsync(admin, "yara");
        using var device = await Ward.EnrolAsync(_fleet);
        string[] kept = [ItemMark.SignIn, ItemMark.WiFi("Free"), ItemMark.WiFi("Net")];
        string[] worked = [ItemMark.App("chart"), ItemMark.WebClip("https://charts.example/"), ItemMark.SignIn, ItemMark.WiFi("Net")];
        await HasAsync(device, kept);

        await Ward.SignInAsync(_fleet, device, "yara");
        await HasAsync(device, worked);
        Assert.Equal([others, "everyone"], (await admin.GetAsync("users/yara")).Json!["effectiveGroups"]!.AsArray().Select(id => id!.ToString()).OrderByDescending(id => id == others));

        (await admin.PostAsync($"devices/{device.Facts.Udid}/sign-out")).Is(HttpStatusCode.Accepted);
        await HasAsync(device, kept);
        var shown = (await admin.GetAsync($"devices/{device.Facts.Udid}")).Json!;
        Assert.Equal(("nobody", 0), (shown["owner"]!["userName"]!.ToString(), shown["queue"]!.AsArray().Count));
        Assert.Equal([nobody], (await admin.GetAsync("users/nobody")).Json!["effectiveGroups"]!.AsArray().Select(id => id!.ToString()).Where(id => id != "everyone"));
        Assert.True(device.Contents.PersonalItemsIntact());
    }

    /// <summary>The device connects until it has exactly these, as often as the app's lists need.</summary>
    private static async Task HasAsync(SimulatedDevice device, string[] marks)
    {
        for (var connects = 0; connects < 4; connects++)
            await device.ConnectAsync(CancellationToken.None);
        Assert.Equal(marks.Order(StringComparer.Ordinal), device.Contents.PresentMarks().Order(StringComparer.Ordinal));
    }

    private static string Kinds(JsonNode parts) => string.Join(' ', parts.AsArray().Select(part => part!["kind"]!.ToString()));
}
