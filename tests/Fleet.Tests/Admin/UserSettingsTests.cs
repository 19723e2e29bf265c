using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Fleet.Tests.SignIn;
using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>User settings by group (UG-07), and what they make of passwords and sign-ins.</summary>
public sealed class UserSettingsTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task Settings_are_made_changed_and_deleted_and_the_default_ones_stay()
    {
        using var admin = new ApiClient(_fleet);
        var group = await admin.MakeAsync("user-groups", new { name = "Settled" });
        var made = (await admin.PostAsync("user-settings", new
        {
            name = "Settled people",
            userGroups = new[] { group },
            priority = 10,
            appleEnrollmentType = "user",
            ownershipSetting = "on",
            ownership = "company",
            deviceLimit = 2,
            registration = "both",
            passwordRules = new { lengthMin = 12, digits = 2 },
            signOut = new { idleMinutes = 30, at = "20:00", timeZone = "Europe/Berlin" },
        })).Is(HttpStatusCode.Created);
        Assert.Equal("settled-people", made.Id);
        var shown = (await admin.GetAsync("user-settings/settled-people")).Is(HttpStatusCode.OK).Json!;
        Assert.Equal(("user", "on", "company", 2, "both"), (Text(shown, "appleEnrollmentType"), Text(shown, "ownershipSetting"), Text(shown, "ownership"), shown["deviceLimit"]!.GetValue<int>(), Text(shown, "registration")));
        Assert.Equal(("20:00", "Europe/Berlin", 30), (Text(shown["signOut"]!, "at"), Text(shown["signOut"]!, "timeZone"), shown["signOut"]!["idleMinutes"]!.GetValue<int>()));
        Assert.Equal((12, 2), (shown["passwordRules"]!["lengthMin"]!.GetValue<int>(), shown["passwordRules"]!["digits"]!.GetValue<int>()));

        (await admin.PutAsync("user-settings/settled-people", new { name = "Renamed", userGroups = new[] { group }, priority = 5 }, ("If-Match", $"\"{made.Text("etag")}\""))).Is(HttpStatusCode.OK);
        (await admin.PutAsync("user-settings/settled-people", new { name = "Late" }, ("If-Match", $"\"{made.Text("etag")}\""))).Refuses(HttpStatusCode.PreconditionFailed, "stale");
        var listed = await admin.ListAsync("user-settings");
        Assert.Equal("default", Text(listed[^1], "id"));
        Assert.Contains("Renamed", listed.Select(entry => Text(entry, "name")));

        (await admin.DeleteAsync($"user-groups/{group}")).Refuses(HttpStatusCode.Conflict, "in-use");
        (await admin.DeleteAsync("user-settings/settled-people")).Is(HttpStatusCode.NoContent);
        (await admin.DeleteAsync("user-settings/settled-people")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.DeleteAsync("user-settings/default")).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PostAsync("user-settings", new { id = "default", name = "Mine" })).Refuses(HttpStatusCode.Conflict, "taken");
        var audit = await admin.ListAsync("audit?limit=1000");
        Assert.Contains("Change user settings settled-people", audit.Select(line => line["act"]?.ToString()));
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task Each_wrong_field_is_named()
    {
        using var admin = new ApiClient(_fleet);
        var refused = (await admin.PostAsync("user-settings", new
        {
            name = "Wrong",
            priority = 0,
            appleEnrollmentType = "Device",
            ownershipSetting = "on",
            deviceLimit = 0,
            registration = "card",
            passwordRules = new { lengthMin = 0, classes = 5 },
            signOut = new { idleMinutes = 4, at = "25:00", timeZone = "Mars/Olympus" },
        })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(
            [
                "appleEnrollmentType", "deviceLimit", "ownership", "passwordRules.classes", "passwordRules.lengthMin", "priority", "registration",
                "signOut.at", "signOut.idleMinutes", "signOut.timeZone",
            ],
            refused.Json!["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
        (await admin.PostAsync("user-settings", new { name = "Nowhere", userGroups = new[] { "no-such" } })).Refuses(HttpStatusCode.BadRequest, "unknown-group");
        (await admin.PutAsync("user-settings/default", new { name = "Default", userGroups = new[] { "everyone" } })).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    [Trait("Requirement", "UG-01")]
    public async Task A_persons_settings_come_of_their_groups_and_rule_their_passwords()
    {
        using var admin = new ApiClient(_fleet);
        var group = await admin.MakeAsync("user-groups", new { name = "Careful" });
        var entry = await admin.MakeAsync("user-settings", new { name = "Careful", userGroups = new[] { group }, passwordRules = new { lengthMin = 14 } });
        await Ward.HireAsync(admin, "ida");
        Assert.Equal("default", (await admin.GetAsync("users/ida")).Json!["settings"]!["id"]!.ToString());
        Assert.Null((await admin.GetAsync("users/ida")).Json!["registration"]);

        (await admin.PutAsync($"user-groups/{group}/members/ida")).Is(HttpStatusCode.NoContent);
        var person = (await admin.GetAsync("users/ida")).Json!["settings"]!;
        Assert.Equal((entry, 14), (Text(person, "id"), person["passwordRules"]!["lengthMin"]!.GetValue<int>()));
        var refused = (await admin.PutAsync("users/ida", new { displayName = "Ida", password = "thirteen-char" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(["password"], refused.Json!["errors"]!.AsObject().Select(error => error.Key));
        (await admin.PutAsync("users/ida", new { displayName = "Ida", password = "fourteen-chars" })).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Requirement", "MU-08")]
    [Trait("Requirement", "UG-07")]
    public async Task A_person_whose_settings_say_PIN_only_is_told_that_they_need_a_password()
    {
        using var admin = new ApiClient(_fleet);
        var (device, page) = await FreeAsync(admin);
        var group = await admin.MakeAsync("user-groups", new { name = "By PIN" });
        await admin.MakeAsync("user-settings", new { name = "By PIN", userGroups = new[] { group }, registration = "pin" });
        await Ward.HireAsync(admin, "pia", group);
        await page.OpenAsync();
        await page.SignInAsync("pia", Ward.Password);
        Assert.Equal(("free", "pin"), (page.State, page.Error));
        (await admin.PutAsync("users/pia", new { displayName = "Pia", registration = "password" })).Is(HttpStatusCode.OK);
        await page.SignInAsync("pia", Ward.Password);
        Assert.NotEqual("free", page.State);
        device.Dispose();
        page.Dispose();
    }

    [Theory]
    [Trait("Requirement", "UG-07")]
    [InlineData("en", "as many iPads as you may")]
    [InlineData("fr", "autant d’iPad que permis")]
    [InlineData("ja", "上限に達しています")]
    public async Task Who_holds_as_many_devices_as_they_may_is_told_to_leave_one_first(string language, string words)
    {
        using var admin = new ApiClient(_fleet);
        var (first, page) = await FreeAsync(admin);
        var (second, other) = await FreeAsync(admin, language);
        var group = await admin.MakeAsync("user-groups", new { name = $"One each {language}" });
        await admin.MakeAsync("user-settings", new { name = $"One each {language}", userGroups = new[] { group }, deviceLimit = 1 });
        var person = $"uno.{language}";
        await Ward.HireAsync(admin, person, group);
        await page.OpenAsync();
        await page.SignInAsync(person, Ward.Password);
        Assert.NotEqual("free", page.State);

        await other.OpenAsync();
        await other.SignInAsync(person, Ward.Password);
        Assert.Equal(("free", "device-limit"), (other.State, other.Error));
        Assert.Contains(words, WebUtility.HtmlDecode(other.Html), StringComparison.Ordinal);
        var twin = await Assert.ThrowsAsync<SignInRefusedException>(() => Ward.SignInAsync(_fleet, second, person));
        Assert.Equal((409, "device-limit"), (twin.Status, twin.Code));

        (await admin.PostAsync($"devices/{first.Facts.Udid}/sign-out")).Is(HttpStatusCode.Accepted);
        await other.SignInAsync(person, Ward.Password);
        Assert.NotEqual("free", other.State);
        first.Dispose();
        second.Dispose();
        page.Dispose();
        other.Dispose();
    }

    private async Task<(LoadSim.Devices.SimulatedDevice Device, PlainBrowser Page)> FreeAsync(ApiClient admin, string language = "en")
    {
        await Ward.OfferSignInAsync(admin);
        var device = await Ward.EnrolAsync(_fleet);
        return (device, new PlainBrowser(_fleet, (await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!, language));
    }

    private static string Text(JsonNode json, string member) => json[member]!.ToString();
}
