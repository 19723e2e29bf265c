using System.Net;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Devices;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.SignIn;

/// <summary>People at the web clip of an iPad, with a browser that runs no scripts.</summary>
public sealed class SignInPageTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private static int _people;

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "MU-01")]
    [Trait("Requirement", "MU-02")]
    [Trait("Requirement", "MU-05")]
    [Trait("Requirement", "MU-16")]
    public async Task A_person_takes_the_iPad_gets_their_things_and_leaves_it_clean()
    {
        using var admin = new ApiClient(_fleet);
        var (device, page) = await FreeDeviceAsync(admin);
        var group = await admin.MakeAsync("user-groups", new { name = $"Ward {Guid.NewGuid():N}" });
        var person = await HireAsync(admin, groups: group);
        await admin.MakeAsync("configurations", new
        {
            name = $"Ward web {Guid.NewGuid():N}",
            content = new { kind = "webClip", url = "https://ward.example/", label = "Ward" },
            distribution = new { to = "custom", userGroups = new[] { group }, deviceGroups = Array.Empty<string>() },
        });

        await page.OpenAsync();
        Assert.Equal("free", page.State);
        await page.SignInAsync(person, Ward.Password);
        Assert.Equal("preparing", page.State);
        Assert.Contains($"iPad is Nurse {person}", WebUtility.HtmlDecode(page.Html), StringComparison.Ordinal);
        Assert.Contains("http-equiv=\"refresh\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("Microsoft apps", page.Html, StringComparison.Ordinal);

        await device.ConnectAsync(CancellationToken.None);
        await page.OpenAsync();
        Assert.Equal("ready", page.State);
        Assert.Contains("Ward web", page.Html, StringComparison.Ordinal);
        var with = device.Contents.Profiles.Count;

        await page.SignOutAsync();
        Assert.Equal("free", page.State);
        Assert.Contains("data-handover=\"cleaning\"", page.Html, StringComparison.Ordinal);
        await device.ConnectAsync(CancellationToken.None);
        await page.OpenAsync();
        Assert.Contains("data-handover=\"clean\"", page.Html, StringComparison.Ordinal);
        Assert.Equal(with - 1, device.Contents.Profiles.Count);
        Assert.True(device.Contents.PersonalItemsIntact());
        device.Dispose();
        page.Dispose();
    }

    [Fact]
    [Trait("Requirement", "MU-08")]
    public async Task A_wrong_password_and_an_unknown_name_are_told_alike()
    {
        using var admin = new ApiClient(_fleet);
        var (device, page) = await FreeDeviceAsync(admin);
        var person = await HireAsync(admin);
        await page.OpenAsync();
        await page.SignInAsync(person, "not-the-password");
        Assert.Equal((HttpStatusCode.OK, "free", "credentials"), (page.Status, page.State, page.Error));
        var told = page.Html.Replace(person, "somebody", StringComparison.Ordinal);

        await page.SignInAsync("who-is-that", Ward.Password);
        Assert.Equal(told, page.Html.Replace("who-is-that", "somebody", StringComparison.Ordinal));
        device.Dispose();
        page.Dispose();
    }

    [Fact]
    [Trait("Requirement", "MU-08")]
    public async Task A_person_who_may_register_by_PIN_only_is_told_that_they_need_a_password()
    {
        using var admin = new ApiClient(_fleet);
        var (device, page) = await FreeDeviceAsync(admin);
        await admin.MakeAsync("users", new { userName = "pin.only", displayName = "Pin Only", registration = "pin" });
        await page.OpenAsync();
        await page.SignInAsync("pin.only", "123456");
        Assert.Equal(("free", "pin"), (page.State, page.Error));
        Assert.Contains("password", page.Html, StringComparison.Ordinal);
        device.Dispose();
        page.Dispose();
    }

    [Fact]
    [Trait("Requirement", "MU-15")]
    public async Task Nobody_can_not_sign_in()
    {
        using var admin = new ApiClient(_fleet);
        var (device, page) = await FreeDeviceAsync(admin);
        await page.OpenAsync();
        await page.SignInAsync("nobody", Ward.Password);
        Assert.Equal(("free", "credentials"), (page.State, page.Error));
        device.Dispose();
        page.Dispose();
    }

    [Fact]
    public async Task A_form_of_another_site_or_of_an_earlier_session_changes_nothing()
    {
        using var admin = new ApiClient(_fleet);
        var (device, page) = await FreeDeviceAsync(admin);
        var person = await HireAsync(admin);
        await page.OpenAsync();
        await page.SubmitAsync("in", ("userName", person), ("password", Ward.Password), ("csrf", "guessed"));
        Assert.Equal(("free", "csrf"), (page.State, page.Error));

        await page.SignInAsync(person, Ward.Password);
        Assert.NotEqual("free", page.State);
        await page.SubmitAsync("out", ("session", "0"));
        Assert.NotEqual("free", page.State);
        await page.SubmitAsync("out", ("session", "not a number"));
        Assert.Equal("csrf", page.Error);
        device.Dispose();
        page.Dispose();
    }

    [Fact]
    [Trait("Requirement", "MU-01")]
    public async Task Who_comes_second_is_told_that_somebody_holds_the_iPad()
    {
        using var admin = new ApiClient(_fleet);
        var (device, page) = await FreeDeviceAsync(admin);
        var (first, second) = (await HireAsync(admin), await HireAsync(admin));
        await page.OpenAsync();
        using var other = new PlainBrowser(_fleet, (await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!);
        await other.OpenAsync();
        await page.SignInAsync(first, Ward.Password);
        await other.SignInAsync(second, Ward.Password);
        Assert.Equal("busy", other.Error);
        Assert.Equal(first, (await _fleet.ViewAsync(device.Facts.Udid)).Device.Owner.User.Value);
        device.Dispose();
        page.Dispose();
    }

    [Fact]
    [Trait("Requirement", "MU-11")]
    public async Task Sign_in_is_offered_only_where_the_built_in_configuration_is_distributed_to()
    {
        using var admin = new ApiClient(_fleet);
        var (device, page) = await FreeDeviceAsync(admin);
        await admin.PutAsync("configurations/multi-user-sign-in/distribution", new { to = "none" });
        await page.OpenAsync();
        Assert.Equal((HttpStatusCode.NotFound, "unavailable", "not-offered"), (page.Status, page.State, page.Error));
        await Ward.OfferSignInAsync(admin);
        await page.OpenAsync();
        Assert.Equal("free", page.State);
        device.Dispose();
        page.Dispose();
    }

    [Fact]
    [Trait("Requirement", "MU-07")]
    public async Task A_user_enrolled_device_gets_no_web_clip_and_no_sign_in()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(admin);
        using var wire = await Wire.NewAsync(_fleet);
        const string Id = "enrolled-by-user-7";
        string Body(string type, string keys) => $"<plist version=\"1.0\"><dict><key>MessageType</key><string>{type}</string>"
            + $"<key>Topic</key><string>{TestFleet.Topic}</string><key>EnrollmentID</key><string>{Id}</string>{keys}</dict></plist>";
        await PutAsync(wire, Body("Authenticate", "<key>ProductName</key><string>iPad14,1</string>"));
        await PutAsync(wire, Body("TokenUpdate", "<key>Token</key><data>AAECAwQFBgcICQ==</data><key>PushMagic</key><string>magic</string>"));

        var view = await _fleet.ViewAsync(Id);
        Assert.Equal(Domain.Enrollment.EnrollmentKind.User, view.Device.Kind);
        Assert.False(view.SignInOffered);
        using var page = new PlainBrowser(_fleet, view.Device.SignInToken!);
        await page.OpenAsync();
        Assert.Equal(("unavailable", "not-offered"), (page.State, page.Error));
    }

    [Theory]
    [InlineData("fr-CH, fr;q=0.9", "Se connecter")]
    [InlineData("ja", "サインイン")]
    [InlineData("de, it", "Sign in")]
    public async Task The_page_speaks_the_persons_language(string accepted, string button)
    {
        using var admin = new ApiClient(_fleet);
        var (device, page) = await FreeDeviceAsync(admin, accepted);
        await page.OpenAsync();
        Assert.Contains($"<button>{button}</button>", WebUtility.HtmlDecode(page.Html), StringComparison.Ordinal);
        device.Dispose();
        page.Dispose();
    }

    private async Task<(SimulatedDevice Device, PlainBrowser Page)> FreeDeviceAsync(ApiClient admin, string language = "en")
    {
        await Ward.OfferSignInAsync(admin);
        var device = await Ward.EnrolAsync(_fleet);
        return (device, new PlainBrowser(_fleet, (await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!, language));
    }

    private static async Task<string> HireAsync(ApiClient admin, params string[] groups)
    {
        var name = $"person{Interlocked.Increment(ref _people)}";
        await Ward.HireAsync(admin, name, groups);
        return name;
    }

    private static async Task PutAsync(Wire wire, string body)
    {
        using var response = await wire.CheckInAsync(body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
