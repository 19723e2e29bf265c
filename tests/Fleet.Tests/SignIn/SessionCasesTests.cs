using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.Fleet.Tests.SignIn;

/// <summary>Each case that two things at once can make has one outcome (MU-18): docs/decisions/0029-mu-18.md.</summary>
public sealed class SessionCasesTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private static int _people;

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "MU-18")]
    public async Task A_sign_in_while_removals_of_the_last_session_are_pending_is_taken_and_both_get_done()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await FreeAsync(admin);
        var (anna, annas) = await HireAsync(admin);
        var (bert, berts) = await HireAsync(admin);
        await Ward.SignInAsync(_fleet, device, anna);
        await device.ConnectAsync(CancellationToken.None);
        Assert.True(Has(device, annas));

        await SignOutAsync(device);
        await Ward.SignInAsync(_fleet, device, bert); // the device has heard of nothing yet
        var between = await ShowAsync(admin, device);
        Assert.Equal((bert, "cleaning"), (Owner(between), HandOver(between)));
        await device.ConnectAsync(CancellationToken.None);
        var after = await ShowAsync(admin, device);
        Assert.Equal((bert, "clean"), (Owner(after), HandOver(after)));
        Assert.Equal((false, true), (Has(device, annas), Has(device, berts)));
        Assert.True(after["ready"]!.GetValue<bool>());
    }

    [Fact]
    [Trait("Requirement", "MU-18")]
    public async Task Of_two_sign_ins_at_once_one_is_taken_and_the_other_told_that_somebody_holds_the_iPad()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await FreeAsync(admin);
        var (anna, _) = await HireAsync(admin);
        var (bert, _) = await HireAsync(admin);
        var epoch = (await _fleet.ViewAsync(device.Facts.Udid)).Device.Epoch;

        var codes = await Task.WhenAll(TryAsync(device, anna), TryAsync(device, bert));
        var shown = await ShowAsync(admin, device);
        var (winner, loser) = codes[0] is null ? (anna, bert) : (bert, anna);
        Assert.Equal(["", "busy"], codes.Select(code => code ?? "").Order());
        Assert.Equal((winner, epoch + 1), (Owner(shown), shown["epoch"]!.GetValue<long>()));
        Assert.Equal([device.Facts.Udid], await DevicesAsync(admin, winner));
        Assert.Empty(await DevicesAsync(admin, loser));
    }

    [Fact]
    [Trait("Requirement", "MU-18")]
    public async Task A_sign_out_of_a_device_that_is_offline_frees_it_at_once_and_cleans_it_when_it_is_back()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await FreeAsync(admin);
        var (anna, annas) = await HireAsync(admin);
        await Ward.SignInAsync(_fleet, device, anna);
        await device.ConnectAsync(CancellationToken.None);
        device.Offline = true;
        await SignOutAsync(device);
        var gone = await ShowAsync(admin, device);
        Assert.Equal(("nobody", "cleaning", true), (Owner(gone), HandOver(gone), Has(device, annas)));
        Assert.Empty(await DevicesAsync(admin, anna));

        device.Offline = false;
        await device.ConnectAsync(CancellationToken.None);
        Assert.Equal(("clean", false), (HandOver(await ShowAsync(admin, device)), Has(device, annas)));
    }

    [Fact]
    [Trait("Requirement", "MU-18")]
    public async Task A_locked_device_that_says_NotNow_is_theirs_or_nobodys_already_and_obeys_once_it_is_unlocked()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await FreeAsync(admin);
        var (anna, annas) = await HireAsync(admin);
        device.Contents.Locked = true;
        await Ward.SignInAsync(_fleet, device, anna);
        await device.ConnectAsync(CancellationToken.None);
        var waiting = await ShowAsync(admin, device);
        Assert.Equal((anna, false, false), (Owner(waiting), waiting["ready"]!.GetValue<bool>(), Has(device, annas)));
        device.Unlock();
        await device.ConnectAsync(CancellationToken.None);
        Assert.Equal((true, true), ((await ShowAsync(admin, device))["ready"]!.GetValue<bool>(), Has(device, annas)));

        device.Contents.Locked = true;
        await SignOutAsync(device);
        await device.ConnectAsync(CancellationToken.None);
        var left = await ShowAsync(admin, device);
        Assert.Equal(("nobody", "cleaning", true), (Owner(left), HandOver(left), Has(device, annas)));
        device.Unlock();
        await device.ConnectAsync(CancellationToken.None);
        Assert.Equal(("clean", false), (HandOver(await ShowAsync(admin, device)), Has(device, annas)));
    }

    [Fact]
    [Trait("Requirement", "MU-18")]
    public async Task A_re_enrolment_while_somebody_is_signed_in_makes_the_device_nobodys_and_leaves_nothing_of_theirs()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await FreeAsync(admin);
        var (anna, annas) = await HireAsync(admin);
        await Ward.SignInAsync(_fleet, device, anna);
        await device.ConnectAsync(CancellationToken.None);
        var address = (await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!;

        await device.EnrolAsync(await _fleet.NewEnrolmentAsync(), CancellationToken.None);
        Assert.Equal("nobody", Owner(await ShowAsync(admin, device)));
        await device.ConnectAsync(CancellationToken.None);
        Assert.Equal(("clean", false), (HandOver(await ShowAsync(admin, device)), Has(device, annas)));
        using var old = new PlainBrowser(_fleet, address);
        await old.OpenAsync();
        Assert.Equal(HttpStatusCode.NotFound, old.Status);
        var ended = (await admin.ListAsync($"devices/{device.Facts.Udid}/log")).Single(line => line["type"]!.ToString() == "signOut");
        Assert.Equal("re-enrolment", ended["data"]!["by"]!.ToString());
        await Ward.SignInAsync(_fleet, device, anna);
        Assert.Equal(anna, Owner(await ShowAsync(admin, device)));
    }

    [Theory]
    [Trait("Requirement", "MU-18")]
    [InlineData(false, "disabled")]
    [InlineData(true, "credentials")]
    public async Task A_person_disabled_or_deleted_while_signed_in_loses_the_device_at_once(bool delete, string refusal)
    {
        using var admin = new ApiClient(_fleet);
        using var device = await FreeAsync(admin);
        var (anna, annas) = await HireAsync(admin);
        await Ward.SignInAsync(_fleet, device, anna);
        await device.ConnectAsync(CancellationToken.None);
        Assert.True(Has(device, annas));

        if (delete)
            (await admin.DeleteAsync($"users/{anna}")).Is(HttpStatusCode.NoContent);
        else
            (await admin.PutAsync($"users/{anna}", new { displayName = "Anna", enabled = false })).Is(HttpStatusCode.OK);
        Assert.Equal(("nobody", "cleaning"), (Owner(await ShowAsync(admin, device)), HandOver(await ShowAsync(admin, device))));
        await device.ConnectAsync(CancellationToken.None);
        Assert.Equal(("clean", false), (HandOver(await ShowAsync(admin, device)), Has(device, annas)));
        Assert.Equal(refusal, await TryAsync(device, anna));
        Assert.Equal("nobody", Owner(await ShowAsync(admin, device)));
    }

    private async Task<SimulatedDevice> FreeAsync(ApiClient admin)
    {
        await Ward.OfferSignInAsync(admin);
        return await Ward.EnrolAsync(_fleet);
    }

    /// <summary>A person, and the label of a web clip that they alone have.</summary>
    private static async Task<(string Person, string Item)> HireAsync(ApiClient admin)
    {
        var name = $"case{Interlocked.Increment(ref _people)}";
        var group = await admin.MakeAsync("user-groups", new { name = $"Only {name}" });
        var item = await admin.MakeAsync("configurations", new
        {
            name = $"Clip {name}",
            content = new { kind = "webClip", url = "https://ward.example/", label = name },
            distribution = new { to = "custom", userGroups = new[] { group }, deviceGroups = Array.Empty<string>() },
        });
        await Ward.HireAsync(admin, name, group);
        return (name, item);
    }

    /// <summary>The code of the refusal; null = the device is theirs.</summary>
    private async Task<string?> TryAsync(SimulatedDevice device, string person)
    {
        try
        {
            await Ward.SignInAsync(_fleet, device, person);
            return null;
        }
        catch (SignInRefusedException refused)
        {
            return refused.Code;
        }
    }

    private async Task SignOutAsync(SimulatedDevice device)
    {
        using var page = new SignInPage(new Uri(_fleet.PublicUrl, $"/signin/{(await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken}"), _fleet.Roots);
        await page.SignOutAsync(await page.ReadAsync(CancellationToken.None), CancellationToken.None);
    }

    private static bool Has(SimulatedDevice device, string item) => device.Contents.Profiles.Any(profile => profile.Identifier.EndsWith($".item.{item}", StringComparison.Ordinal));

    private static async Task<JsonNode> ShowAsync(ApiClient admin, SimulatedDevice device) => (await admin.GetAsync($"devices/{device.Facts.Udid}")).Is(HttpStatusCode.OK).Json!;

    private static async Task<IEnumerable<string>> DevicesAsync(ApiClient admin, string person) =>
        (await admin.GetAsync($"users/{person}")).Json!["devices"]!.AsArray().Select(id => id!.ToString());

    private static string Owner(JsonNode device) => device["owner"]!["userName"]!.ToString();

    private static string HandOver(JsonNode device) => device["handOver"]!.ToString();
}
