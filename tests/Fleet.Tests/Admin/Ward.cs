using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.LoadSim.Devices;
using Mdm.Fleet.LoadSim.People;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>Devices and people for tests of what admins do with them.</summary>
internal static class Ward
{
    public const string Password = "tulips-in-spring";

    private static int _devices = 100;

    /// <summary>A device that is enrolled and has taken what waited for it. It connects when the test says so.</summary>
    public static async Task<SimulatedDevice> EnrolAsync(TestFleet fleet, params string[] groups)
    {
        var facts = DeviceFacts.Of(seed: 31, number: Interlocked.Increment(ref _devices));
        var device = new SimulatedDevice(facts, new DeviceOptions(), fleet.Roots, TimeProvider.System, seed: 3);
        await device.EnrolAsync(await fleet.NewEnrolmentAsync(groups), CancellationToken.None);
        await device.ConnectAsync(CancellationToken.None);
        return device;
    }

    public static Task<string> HireAsync(ApiClient admin, string userName, params string[] groups) =>
        admin.MakeAsync("users", new { userName, displayName = $"Nurse {userName}", password = Password, groups });

    /// <summary>The sign-in web clip for every device.</summary>
    public static Task<Answer> OfferSignInAsync(ApiClient admin) => admin.PutAsync("configurations/multi-user-sign-in/distribution", new { to = "all" });

    /// <summary>A person takes the device at its page.</summary>
    public static async Task SignInAsync(TestFleet fleet, SimulatedDevice device, string userName)
    {
        var token = (await fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken;
        using var page = new SignInPage(new Uri(fleet.PublicUrl, $"/signin/{token}"), fleet.Roots);
        await page.SignInAsync(await page.ReadAsync(CancellationToken.None), userName, Password, CancellationToken.None);
    }
}
