using System.Net;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Sweeping;
using Mdm.Fleet.LoadSim.Devices;
using Microsoft.Extensions.DependencyInjection;

namespace Mdm.Fleet.Fleet.Tests.SignIn;

/// <summary>Sessions that end without the person: by themselves, or on an admin's command.</summary>
public sealed class AutomaticSignOutTests : IAsyncLifetime, IDisposable
{
    private readonly ShiftedTime _time = new();
    private TestFleet _fleet = null!;
    private ApiClient _admin = null!;
    private SimulatedDevice _device = null!;

    private string Path => $"devices/{_device.Facts.Udid}";

    public async Task InitializeAsync()
    {
        _fleet = await TestFleet.StartAsync(options => options with { Time = _time });
        _admin = new ApiClient(_fleet);
        await Ward.OfferSignInAsync(_admin);
        await Ward.HireAsync(_admin, "ann");
        _device = await Ward.EnrolAsync(_fleet);
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    public void Dispose()
    {
        _device.Dispose();
        _admin.Dispose();
    }

    [Fact]
    [Trait("Requirement", "MU-19")]
    public async Task A_session_that_nobody_uses_ends_and_a_page_that_reloads_by_itself_is_nobodys_use()
    {
        (await _admin.PutAsync("user-settings/default", new { name = "Default", signOut = new { idleMinutes = 5 } })).Is(HttpStatusCode.OK);
        await Ward.SignInAsync(_fleet, _device, "ann");
        await _device.ConnectAsync(CancellationToken.None);
        using var page = new PlainBrowser(_fleet, (await _fleet.ViewAsync(_device.Facts.Udid)).Device.SignInToken!);
        await AfterAsync(TimeSpan.FromMinutes(4));
        await page.OpenAsync();
        await AfterAsync(TimeSpan.FromMinutes(8));
        Assert.Equal("ready", page.State);
        Assert.Equal("ann", await OwnerAsync());

        await page.OpenAsync("?auto=1");
        Assert.Equal("ready", page.State);
        await AfterAsync(TimeSpan.FromMinutes(9.5));
        Assert.Equal("nobody", await OwnerAsync());
        Assert.Equal("idle", await EndedByAsync());
        Assert.Empty((await _admin.GetAsync("users/ann")).Json!["devices"]!.AsArray());
        await page.OpenAsync();
        Assert.Equal("free", page.State);
    }

    [Fact]
    [Trait("Requirement", "MU-19")]
    [Trait("Requirement", "UG-06")]
    public async Task A_time_of_day_that_is_set_during_a_session_ends_it_when_it_comes()
    {
        await Ward.SignInAsync(_fleet, _device, "ann");
        var at = _time.GetUtcNow().AddMinutes(90);
        (await _admin.PutAsync("user-settings/default", new { name = "Default", signOut = new { at = $"{at:HH:mm}", timeZone = "UTC" } })).Is(HttpStatusCode.OK);
        await AfterAsync(TimeSpan.FromMinutes(85));
        Assert.Equal("ann", await OwnerAsync());
        await AfterAsync(TimeSpan.FromMinutes(91));
        Assert.Equal(("nobody", "time"), (await OwnerAsync(), await EndedByAsync()));
    }

    [Fact]
    [Trait("Requirement", "MU-19")]
    public async Task An_admins_command_ends_a_session_and_stands_in_the_log()
    {
        await Ward.SignInAsync(_fleet, _device, "ann");
        (await _admin.PostAsync($"{Path}/sign-out")).Is(HttpStatusCode.Accepted);
        Assert.Equal("nobody", await OwnerAsync());
        Assert.Equal((await _admin.GetAsync("session")).Text("name"), await EndedByAsync());
    }

    /// <summary>So long after the start, when the sweepers have looked at what is due.</summary>
    private Task AfterAsync(TimeSpan shift)
    {
        _time.Shift = shift;
        return ActivatorUtilities.CreateInstance<SweeperPulse>(_fleet.Services).Pulse(CancellationToken.None);
    }

    private async Task<string> OwnerAsync() => (await _admin.GetAsync(Path)).Json!["owner"]!["userName"]!.ToString();

    private async Task<string> EndedByAsync() =>
        (await _admin.ListAsync($"{Path}/log")).First(line => line["type"]!.ToString() == "signOut")["data"]!["by"]!.ToString();
}
