using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Fleet.Tests.SignIn;
using Mdm.Fleet.LoadSim.Devices;

namespace Mdm.Fleet.Fleet.Tests.Observability;

/// <summary>The least that a server can be watched at.</summary>
internal static class SmallShift
{
    /// <summary>A device enrols, a stranger is refused, a person mistypes and signs in, and what is theirs is queued.</summary>
    public static async Task<SimulatedDevice> SignInAsync(TestFleet fleet)
    {
        using var admin = new ApiClient(fleet);
        await Ward.OfferSignInAsync(admin);
        var nurses = await admin.MakeAsync("user-groups", new { name = "Nurses" });
        await Ward.HireAsync(admin, "ann", nurses);
        await admin.MakeAsync("configurations", new
        {
            name = "Rota",
            content = new { kind = "webClip", url = "https://rota.example", label = "Rota" },
            distribution = new { to = "custom", userGroups = new[] { nurses } },
        });
        var device = await Ward.EnrolAsync(fleet);
        using var stranger = new HttpClient { BaseAddress = fleet.PlainUrl };
        await stranger.PutAsync(new Uri("/mdm/connect", UriKind.Relative), null);
        using var page = new PlainBrowser(fleet, (await fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!);
        await page.OpenAsync();
        await page.SignInAsync("ann", "of another one");
        Assert.Equal("credentials", page.Error);
        await page.SignInAsync("ann", Ward.Password);
        Assert.Equal("", page.Error);
        return device;
    }
}
