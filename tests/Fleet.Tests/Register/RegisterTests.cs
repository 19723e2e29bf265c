using System.Net;
using Mdm.Fleet.Domain.Catalog;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.Register;

/// <summary>People who enrol a device by themselves, with a password or a PIN that an operator handed out (UG-07).</summary>
public sealed class RegisterTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private static int _devices = 100;

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "UG-07")]
    [Trait("Requirement", "UG-11")]
    public async Task A_PIN_enrols_one_device_which_is_nobodys_and_whose_it_is_follows_the_settings()
    {
        using var admin = new ApiClient(_fleet);
        var group = await SetAsync(admin, "Bring your own", new { registration = "pin", ownershipSetting = "on", ownership = "user" });
        await HireAsync(admin, "petra", group);
        var issued = (await admin.PostAsync("users/petra/pin", new { expiresInHours = 2 })).Is(HttpStatusCode.Created);
        var shown = (await admin.GetAsync("users/petra")).Json!;
        Assert.Equal(issued.Text("expiresAt"), shown["pin"]!["expiresAt"]!.ToString());
        Assert.DoesNotContain(issued.Text("pin"), shown.ToJsonString(), StringComparison.Ordinal);

        using var page = new RegisterBrowser(_fleet);
        await page.OpenAsync();
        Assert.Contains("belongs to nobody at first", page.Html, StringComparison.Ordinal);
        await page.RegisterAsync("petra", Ward.Password);
        Assert.Equal("credentials", page.Error);
        await page.RegisterAsync("petra", issued.Text("pin"));
        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        using var device = await EnrolAsync(page.Profile!);
        var enrolled = (await _fleet.ViewAsync(device.Facts.Udid)).Device;
        Assert.Equal((Domain.Devices.EnrollmentStatus.Enrolled, true, Ownership.User), (enrolled.Status, enrolled.Owner.IsNobody, enrolled.Ownership));

        using var other = new SimulatedDevice(DeviceFacts.Of(seed: 77, number: 2), new DeviceOptions(), _fleet.Roots, TimeProvider.System, seed: 4);
        await Assert.ThrowsAsync<EnrolmentFailedException>(() => other.EnrolAsync(page.Profile!, CancellationToken.None));
        await page.OpenAsync();
        await page.RegisterAsync("petra", issued.Text("pin"));
        Assert.Equal("credentials", page.Error);
        Assert.Null((await admin.GetAsync("users/petra")).Json!["pin"]);
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task A_device_limit_holds_for_profiles_that_were_fetched_before_it_was_reached()
    {
        using var admin = new ApiClient(_fleet);
        await HireAsync(admin, "lena", await SetAsync(admin, "One each", new { deviceLimit = 1 }));
        using var page = new RegisterBrowser(_fleet);
        await page.OpenAsync();
        await page.RegisterAsync("lena", Ward.Password);
        var first = page.Profile!;
        await page.OpenAsync();
        await page.RegisterAsync("lena", Ward.Password);
        var second = page.Profile!;
        Assert.NotEqual(first, second);

        using var device = await EnrolAsync(first);
        await Assert.ThrowsAsync<EnrolmentFailedException>(() => EnrolAsync(second));
        await page.OpenAsync();
        await page.RegisterAsync("lena", Ward.Password);
        Assert.Equal("device-limit", page.Error);

        (await admin.PostAsync($"devices/{device.Facts.Udid}/retire")).Is(HttpStatusCode.Accepted);
        await device.ConnectAsync(CancellationToken.None);
        Assert.Equal("retired", (await admin.GetAsync($"devices/{device.Facts.Udid}")).Text("status"));
        using var next = await EnrolAsync(second);
        Assert.Equal(Domain.Devices.EnrollmentStatus.Enrolled, (await _fleet.ViewAsync(next.Facts.Udid)).Device.Status);
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task A_profile_of_a_person_who_is_disabled_since_enrols_nothing()
    {
        using var admin = new ApiClient(_fleet);
        await HireAsync(admin, "dora");
        using var page = new RegisterBrowser(_fleet);
        await page.OpenAsync();
        await page.RegisterAsync("dora", Ward.Password);
        (await admin.PutAsync("users/dora", new { displayName = "Dora", deviceManagement = true, enabled = false })).Is(HttpStatusCode.OK);
        await Assert.ThrowsAsync<EnrolmentFailedException>(() => EnrolAsync(page.Profile!));
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task Where_both_are_allowed_a_password_enrols_too()
    {
        using var admin = new ApiClient(_fleet);
        await HireAsync(admin, "bob", await SetAsync(admin, "Both", new { registration = "both" }));
        using var page = new RegisterBrowser(_fleet);
        await page.OpenAsync();
        await page.RegisterAsync("bob", Ward.Password);
        using var device = await EnrolAsync(page.Profile!);
        Assert.Equal(Ownership.Company, (await _fleet.ViewAsync(device.Facts.Udid)).Device.Ownership);
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    [Trait("Requirement", "UG-11")]
    public async Task Who_may_not_enrol_a_device_is_told_why_and_keeps_the_PIN()
    {
        using var admin = new ApiClient(_fleet);
        var group = await SetAsync(admin, "Users", new { registration = "pin", appleEnrollmentType = "user" });
        await Ward.HireAsync(admin, "ned", group);
        var pin = (await admin.PostAsync("users/ned/pin")).Is(HttpStatusCode.Created).Text("pin");
        using var page = new RegisterBrowser(_fleet);
        await page.OpenAsync();
        await page.RegisterAsync("ned", pin);
        Assert.Equal("not-allowed", page.Error);
        (await admin.PutAsync("users/ned", new { displayName = "Ned", deviceManagement = true })).Is(HttpStatusCode.OK);
        await page.RegisterAsync("ned", pin);
        Assert.Equal("user-enrollment", page.Error);
        (await admin.PutAsync("users/ned", new { displayName = "Ned", deviceManagement = true, enabled = false })).Is(HttpStatusCode.OK);
        await page.RegisterAsync("ned", pin);
        Assert.Equal("disabled", page.Error);
        Assert.NotNull((await admin.GetAsync("users/ned")).Json!["pin"]);
        (await admin.DeleteAsync("users/ned/pin")).Is(HttpStatusCode.NoContent);
        (await admin.DeleteAsync("users/ned/pin")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_form_of_another_site_registers_nothing_and_a_name_that_is_guessed_is_locked()
    {
        using var admin = new ApiClient(_fleet);
        await HireAsync(admin, "gus");
        using var page = new RegisterBrowser(_fleet);
        await page.OpenAsync();
        await page.RegisterAsync("gus", Ward.Password, csrf: "guessed");
        Assert.Equal("csrf", page.Error);
        for (var i = 0; i < Grains.Users.Lockout.FreeTries; i++)
        {
            await page.RegisterAsync("gus", "not-the-password");
            Assert.Equal("credentials", page.Error);
        }

        await page.RegisterAsync("gus", Ward.Password);
        Assert.Equal((HttpStatusCode.TooManyRequests, "locked"), (page.Status, page.Error));
    }

    [Theory]
    [InlineData("fr-CH", "Obtenir le profil", "à personne")]
    [InlineData("ja", "プロファイルを入手", "誰のものでもありません")]
    [InlineData("de", "Get the profile", "nobody")]
    public async Task The_page_speaks_the_persons_language(string language, string button, string words)
    {
        using var page = new RegisterBrowser(_fleet, language);
        await page.OpenAsync();
        var text = WebUtility.HtmlDecode(page.Html);
        Assert.Contains($"<button>{button}</button>", text, StringComparison.Ordinal);
        Assert.Contains(words, text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task PINs_are_for_people_and_for_three_days_at_most()
    {
        using var admin = new ApiClient(_fleet);
        await HireAsync(admin, "pim");
        (await admin.PostAsync("users/pim/pin")).Refuses(HttpStatusCode.Conflict, "password-only");
        (await admin.PostAsync("users/pim/pin", new { expiresInHours = 73 })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PostAsync("users/nobody/pin")).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PostAsync("users/no-such/pin")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    private async Task<SimulatedDevice> EnrolAsync(Uri profile)
    {
        var device = new SimulatedDevice(DeviceFacts.Of(seed: 76, number: Interlocked.Increment(ref _devices)), new DeviceOptions(), _fleet.Roots, TimeProvider.System, seed: 3);
        await device.EnrolAsync(profile, CancellationToken.None);
        return device;
    }

    private static Task<string> HireAsync(ApiClient admin, string userName, params string[] groups) =>
        admin.MakeAsync("users", new { userName, displayName = userName, password = Ward.Password, groups, deviceManagement = true });

    /// <summary>A group whose people these settings hold for.</summary>
    private static async Task<string> SetAsync(ApiClient admin, string name, object values)
    {
        var group = await admin.MakeAsync("user-groups", new { name });
        var body = System.Text.Json.JsonSerializer.SerializeToNode(values)!.AsObject();
        body["name"] = name;
        body["userGroups"] = new System.Text.Json.Nodes.JsonArray(group);
        await admin.MakeAsync("user-settings", body);
        return group;
    }
}
