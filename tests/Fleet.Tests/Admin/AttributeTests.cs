using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>Attributes and their values.</summary>
public class AttributeTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "UG-04")]
    [Trait("Requirement", "MU-14")]
    public async Task An_attribute_gets_its_name_of_its_label_and_is_listed_with_the_built_in_ones()
    {
        using var admin = new ApiClient(_fleet);
        var made = (await admin.PostAsync("attributes", new { label = "Multi-user owner!", scope = "user", type = "text" })).Is(HttpStatusCode.Created);
        Assert.Equal(("multiUserOwner", "Multi-user owner!", "/api/v1/attributes/multiUserOwner"), (made.Text("name"), made.Text("label"), made.Headers.Location!.ToString()));
        await MakeAsync(admin, "Shelf", "device", "number");

        var users = await admin.ListAsync("attributes?scope=user&limit=2");
        Assert.Contains(users, row => row["name"]!.ToString() == "multiUserOwner" && !row["builtIn"]!.GetValue<bool>());
        Assert.Contains(users, row => row["name"]!.ToString() == "isNobody" && row["builtIn"]!.GetValue<bool>());
        Assert.DoesNotContain(users, row => row["scope"]!.ToString() == "device");
        Assert.Equal(users.Count, users.Select(row => row["id"]!.ToString()).Distinct().Count());
        Assert.Equal(["shelf"], (await admin.ListAsync("attributes?q=SHELF")).Select(row => row["name"]!.ToString()));
        Assert.Equal(["enrolledViaUserEnrollment"], (await admin.ListAsync("attributes?q=via%20user")).Select(row => row["name"]!.ToString()));
        Assert.Equal(made.Id, (await admin.GetAsync($"attributes/{made.Id}")).Is(HttpStatusCode.OK).Id);
        Assert.Equal(made.Id, (await admin.GetAsync("attributes/MULTIUSEROWNER")).Is(HttpStatusCode.OK).Id);

        (await admin.PostAsync("attributes", new { name = "MultiUserOwner", scope = "device", type = "text" })).Refuses(HttpStatusCode.Conflict, "taken");
        (await admin.PostAsync("attributes", new { name = "isNobody", scope = "user", type = "text" })).Refuses(HttpStatusCode.Conflict, "taken");
        (await admin.PutAsync("attributes/isNobody", new { name = "isNoone" })).Refuses(HttpStatusCode.Conflict, "fixed");
        (await admin.DeleteAsync("attributes/osVersion")).Refuses(HttpStatusCode.Conflict, "fixed");
        (await admin.PutAsync("attributes/multiUserOwner", new { type = "number" })).Refuses(HttpStatusCode.Conflict, "fixed");
        (await admin.GetAsync("attributes/nothing")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.GetAsync("attributes?scope=group")).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    [Theory]
    [InlineData("""{"name":"9lives","scope":"user","type":"text"}""", "name")]
    [InlineData("""{"label":"!?","scope":"user","type":"text"}""", "name")]
    [InlineData("""{"scope":"user","type":"text"}""", "name")]
    [InlineData("""{"name":"a b","scope":"user","type":"text"}""", "name")]
    [InlineData("""{"name":"lives","scope":"cat","type":"version"}""", "scope,type")]
    [Trait("Requirement", "UG-04")]
    public async Task What_is_no_attribute_is_refused_by_field(string body, string fields)
    {
        using var admin = new ApiClient(_fleet);
        var refused = (await admin.PostAsync("attributes", JsonNode.Parse(body))).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(fields, string.Join(',', refused.Json!["errors"]!.AsObject().Select(error => error.Key).Order()));
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public async Task Renaming_shows_in_rules_filters_and_contents_at_once_and_installs_nothing_again()
    {
        using var admin = new ApiClient(_fleet);
        var (desk, room) = (await MakeAsync(admin, "Desk", "user", "text"), await MakeAsync(admin, "Room", "device", "number"));
        var group = await admin.MakeAsync("user-groups", new { name = "At a desk", rule = "desk is not \"\"" });
        var rooms = await admin.MakeAsync("device-groups", new { name = "Rooms", rule = "room >= 1 and in user group \"at-a-desk\"" });
        var wifi = await admin.MakeAsync("configurations", new
        {
            name = "Desk Wi-Fi",
            content = new { kind = "wifi", ssid = "Desk ${desk}" },
            distribution = new { to = "custom", deviceGroups = new[] { rooms }, filter = "room in (4, 5)" },
        });
        await Ward.OfferSignInAsync(admin);
        await Ward.HireAsync(admin, "desa");
        (await admin.PutAsync("users/desa/attributes/desk", new { value = "North" })).Is(HttpStatusCode.OK);
        using var device = await Ward.EnrolAsync(_fleet);
        var path = $"devices/{device.Facts.Udid}";
        (await admin.PutAsync($"{path}/attributes/room", new { value = 4.0 })).Is(HttpStatusCode.NoContent);
        await Ward.SignInAsync(_fleet, device, "desa");
        await device.ConnectAsync(CancellationToken.None);
        Assert.Contains(ItemMark.WiFi("Desk North"), device.Contents.PresentMarks());
        var before = (await admin.GetAsync(path)).Json!;
        var installs = await InstallsAsync(admin, path);

        var renamed = (await admin.PutAsync("attributes/desk", new { name = "workplace", label = "Workplace" })).Is(HttpStatusCode.OK);
        Assert.Equal((desk, "workplace"), (renamed.Id, renamed.Text("name")));
        (await admin.PutAsync($"attributes/{room}", new { name = "chamber" })).Is(HttpStatusCode.OK);

        Assert.Equal("workplace is not \"\"", (await admin.GetAsync($"user-groups/{group}")).Text("ruleText"));
        Assert.Equal("chamber >= 1 and in user group \"at-a-desk\"", (await admin.GetAsync($"device-groups/{rooms}")).Text("ruleText"));
        var shown = (await admin.GetAsync($"configurations/{wifi}")).Json!;
        Assert.Equal("Desk ${workplace}", shown["content"]!["ssid"]!.ToString());
        Assert.Equal("chamber in (4, 5)", shown["distribution"]!["filterText"]!.ToString());
        Assert.Equal("""{"attribute":"chamber","op":"in","values":[4,5]}""", shown["distribution"]!["filter"]!.ToJsonString());
        Assert.Equal("""{"workplace":"North"}""", (await admin.GetAsync("users/desa")).Json!["attributes"]!.ToJsonString());
        Assert.Equal("""{"chamber":4}""", (await admin.GetAsync(path)).Json!["attributes"]!.ToJsonString());
        (await admin.PostAsync("user-groups", new { name = "Old word", rule = "desk is \"a\"" })).Refuses(HttpStatusCode.BadRequest, "unknown-attribute");

        await device.ConnectAsync(CancellationToken.None);
        var after = (await admin.GetAsync(path)).Json!;
        Assert.Equal(before["desired"]!.ToJsonString(), after["desired"]!.ToJsonString());
        Assert.Equal(before["ledger"]!.ToJsonString(), after["ledger"]!.ToJsonString());
        Assert.Empty(after["queue"]!.AsArray());
        Assert.Equal(installs, await InstallsAsync(admin, path));

        var used = (await admin.DeleteAsync("attributes/workplace")).Refuses(HttpStatusCode.Conflict, "in-use");
        Assert.Contains($"user group {group}", used.Text("detail"), StringComparison.Ordinal);
        Assert.Contains($"the content of {wifi}", used.Text("detail"), StringComparison.Ordinal);
        Assert.Contains($"the filter of {wifi}", (await admin.DeleteAsync("attributes/chamber")).Refuses(HttpStatusCode.Conflict, "in-use").Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public async Task Values_of_a_deleted_attribute_do_not_come_back_with_its_name()
    {
        using var admin = new ApiClient(_fleet);
        await MakeAsync(admin, "Secret", "user", "text");
        await admin.MakeAsync("users", new { userName = "sven", displayName = "Sven", attributes = new { secret = "x" } });
        (await admin.DeleteAsync("attributes/secret")).Is(HttpStatusCode.NoContent);
        Assert.Equal("{}", (await admin.GetAsync("users/sven")).Json!["attributes"]!.ToJsonString());
        await MakeAsync(admin, "Secret", "user", "number");
        Assert.Equal("{}", (await admin.GetAsync("users/sven")).Json!["attributes"]!.ToJsonString());
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public async Task People_get_typed_values_that_stay_until_they_are_taken_away()
    {
        using var admin = new ApiClient(_fleet);
        await MakeAsync(admin, "Unit", "user", "text");
        await MakeAsync(admin, "Grade", "user", "number");
        var made = (await admin.PostAsync("users", new { userName = "tove", displayName = "Tove", attributes = new { unit = "Surgery", grade = 3.50 } })).Is(HttpStatusCode.Created);
        Assert.Equal("""{"grade":3.5,"unit":"Surgery"}""", made.Json!["attributes"]!.ToJsonString());

        var kept = (await admin.PutAsync("users/tove", new { displayName = "Tove T." })).Is(HttpStatusCode.OK);
        Assert.Equal("""{"grade":3.5,"unit":"Surgery"}""", kept.Json!["attributes"]!.ToJsonString());
        var changed = (await admin.PutAsync("users/tove", JsonNode.Parse("""{"displayName":"Tove","attributes":{"unit":null,"grade":-4}}"""))).Is(HttpStatusCode.OK);
        Assert.Equal("""{"grade":-4}""", changed.Json!["attributes"]!.ToJsonString());
        Assert.Equal("""{"grade":-4,"unit":"Ward 3"}""", (await admin.PutAsync("users/tove/attributes/unit", new { value = "Ward 3" })).Is(HttpStatusCode.OK).Json!["attributes"]!.ToJsonString());
        (await admin.PutAsync("users/tove/attributes/unit", new { value = "Ward 4" }, ("If-Match", "\"0\""))).Refuses(HttpStatusCode.PreconditionFailed, "stale");
        (await admin.DeleteAsync("users/tove/attributes/grade")).Is(HttpStatusCode.NoContent);
        Assert.Equal("""{"unit":"Ward 3"}""", (await admin.GetAsync("users/tove")).Json!["attributes"]!.ToJsonString());

        (await admin.PutAsync("users/tove/attributes/nothing", new { value = "x" })).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PutAsync("users/tove/attributes/email", new { value = "x" })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PutAsync("users/stranger/attributes/unit", new { value = "x" })).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("""{"pay":"many"}""", "attributes.pay")]
    [InlineData("""{"pay":"3"}""", "attributes.pay")]
    [InlineData("""{"pay":1e3}""", "attributes.pay")]
    [InlineData("""{"pay":12345678901234567890123456789}""", "attributes.pay")]
    [InlineData("""{"post":3}""", "attributes.post")]
    [InlineData("""{"post":true,"pay":[1]}""", "attributes.pay,attributes.post")]
    [InlineData("""{"post":"a\u0007b"}""", "attributes.post")]
    [InlineData("""{"unheard":"of"}""", "attributes.unheard")]
    [InlineData("""{"displayName":"of"}""", "attributes.displayName")]
    [InlineData("""{"height":3}""", "attributes.height")]
    [Trait("Requirement", "UG-04")]
    public async Task A_value_that_does_not_fit_is_refused_by_field(string attributes, string fields)
    {
        using var admin = new ApiClient(_fleet);
        foreach (var (label, scope, type) in ((string, string, string)[])[("Pay", "user", "number"), ("Post", "user", "text"), ("Height", "device", "number")])
            await admin.PostAsync("attributes", new { label, scope, type });
        var refused = (await admin.PostAsync("users", new JsonObject { ["userName"] = "una", ["displayName"] = "Una", ["attributes"] = JsonNode.Parse(attributes) }))
            .Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(fields, string.Join(',', refused.Json!["errors"]!.AsObject().Select(error => error.Key).Order()));
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public async Task Values_are_bounded_one_by_one_in_number_and_together()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.HireAsync(admin, "vera");
        for (var number = 1; number <= 33; number++)
            await MakeAsync(admin, $"Bounded {number}", "user", "text");
        (await admin.PutAsync("users/vera/attributes/bounded1", new { value = new string('a', 257) })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Task<Answer> SetAsync(int count, int length) => admin.PutAsync("users/vera", new JsonObject
        {
            ["displayName"] = "Vera",
            ["attributes"] = new JsonObject(Enumerable.Range(1, count).Select(number => KeyValuePair.Create<string, JsonNode?>($"bounded{number}", new string('ü', length)))),
        });
        (await SetAsync(33, 1)).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await SetAsync(9, 256)).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(32, (await SetAsync(32, 64)).Is(HttpStatusCode.OK).Json!["attributes"]!.AsObject().Count);
        using var device = await Ward.EnrolAsync(_fleet);
        await Ward.OfferSignInAsync(admin);
        await Ward.SignInAsync(_fleet, device, "vera");
        Assert.Equal("vera", (await admin.GetAsync($"devices/{device.Facts.Udid}")).Json!["owner"]!["userName"]!.ToString());
    }

    [Fact]
    [Trait("Requirement", "MU-15")]
    [Trait("Requirement", "MU-14")]
    public async Task Nobody_has_attributes_and_nothing_else_to_change()
    {
        using var admin = new ApiClient(_fleet);
        await MakeAsync(admin, "Shared", "user", "text");
        var put = (await admin.PutAsync("users/nobody", new { attributes = new { shared = "Yes" } })).Is(HttpStatusCode.OK);
        Assert.Equal("""{"shared":"Yes"}""", put.Json!["attributes"]!.ToJsonString());
        Assert.Equal("""{"shared":"True"}""", (await admin.PutAsync("users/nobody/attributes/shared", new { value = "True" })).Is(HttpStatusCode.OK).Json!["attributes"]!.ToJsonString());
        Assert.Equal("True", (await admin.ListAsync("users"))[0]["attributes"]!["shared"]!.ToString());
        (await admin.PutAsync("users/nobody", new { displayName = "Me", attributes = new { shared = "No" } })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PutAsync("users/nobody", new { attributes = new { shared = 3 } })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PutAsync("users/nobody", new { })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PutAsync("users/nobody", new { attributes = new { shared = "No" } }, ("If-Match", put.Headers.ETag!.Tag))).Refuses(HttpStatusCode.PreconditionFailed, "stale");
        (await admin.DeleteAsync("users/nobody/attributes/shared")).Is(HttpStatusCode.NoContent);
        Assert.Equal("{}", (await admin.GetAsync("users/nobody")).Json!["attributes"]!.ToJsonString());
    }

    [Fact]
    [Trait("Requirement", "UG-03")]
    [Trait("Requirement", "UG-04")]
    public async Task A_device_has_attributes_and_an_ownership()
    {
        using var admin = new ApiClient(_fleet);
        await MakeAsync(admin, "Asset", "device", "text");
        await MakeAsync(admin, "Age", "device", "number");
        using var device = await Ward.EnrolAsync(_fleet);
        var path = $"devices/{device.Facts.Udid}";
        (await admin.PutAsync($"{path}/attributes/asset", new { value = "A-17" })).Is(HttpStatusCode.NoContent);
        (await admin.PutAsync($"{path}/attributes/age", new { value = 2 })).Is(HttpStatusCode.NoContent);
        (await admin.PutAsync($"{path}/ownership", new { ownership = "user" })).Is(HttpStatusCode.NoContent);
        var shown = (await admin.GetAsync(path)).Json!;
        Assert.Equal(("""{"age":2,"asset":"A-17"}""", "user"), (shown["attributes"]!.ToJsonString(), shown["ownership"]!.ToString()));
        (await admin.DeleteAsync($"{path}/attributes/age")).Is(HttpStatusCode.NoContent);
        (await admin.PutAsync($"{path}/ownership", new { ownership = "company" })).Is(HttpStatusCode.NoContent);
        shown = (await admin.GetAsync(path)).Json!;
        Assert.Equal(("""{"asset":"A-17"}""", "company"), (shown["attributes"]!.ToJsonString(), shown["ownership"]!.ToString()));

        (await admin.PutAsync($"{path}/ownership", new { ownership = "mine" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PutAsync($"{path}/attributes/asset", new { value = 3 })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PutAsync($"{path}/attributes/asset", new { })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PutAsync($"{path}/attributes/model", new { value = "x" })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PutAsync($"{path}/attributes/userName", new { value = "x" })).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PutAsync("devices/00000000-NOTHERE/attributes/asset", new { value = "x" })).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PutAsync("devices/00000000-NOTHERE/ownership", new { ownership = "user" })).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    public async Task Values_set_at_the_same_moment_are_all_kept()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.HireAsync(admin, "zoe");
        using var device = await Ward.EnrolAsync(_fleet);
        var numbers = Enumerable.Range(1, 6).ToArray();
        foreach (var number in numbers)
        {
            await MakeAsync(admin, $"At once {number}", "user", "number");
            await MakeAsync(admin, $"Together {number}", "device", "number");
        }

        var put = numbers.SelectMany(number => new[] { $"users/zoe/attributes/atOnce{number}", $"users/nobody/attributes/atOnce{number}", $"devices/{device.Facts.Udid}/attributes/together{number}" });
        foreach (var answer in await Task.WhenAll(put.Select(path => admin.PutAsync(path, new { value = 1 }))))
            Assert.True((int)answer.Status is 200 or 204, answer.Json?.ToJsonString());
        foreach (var path in new[] { "users/zoe", "users/nobody", $"devices/{device.Facts.Udid}" })
            Assert.Equal(numbers.Length, (await admin.GetAsync(path)).Json!["attributes"]!.AsObject().Count);
    }

    private static async Task<string> MakeAsync(ApiClient admin, string label, string scope, string type) =>
        await admin.MakeAsync("attributes", new { label, scope, type });

    private static async Task<int> InstallsAsync(ApiClient admin, string path) =>
        (await admin.GetAsync($"{path}/log?limit=500")).Is(HttpStatusCode.OK).Json!["items"]!.AsArray()
            .Count(line => line!["data"]?["command"]?.ToString() == "InstallProfile");
}
