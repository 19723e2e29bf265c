using System.Collections.Concurrent;
using System.Net;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Devices;

namespace Mdm.Fleet.Fleet.Tests.SignIn;

/// <summary>What changes who gets what names the newest catalog: a silo that has an older one loads it before it plans.</summary>
public sealed class RevisionTests
{
    [Fact]
    [Trait("Requirement", "UG-06")]
    public async Task A_sign_in_a_sign_out_and_a_change_of_groups_name_the_newest_catalog()
    {
        var calls = new ConcurrentQueue<(string Method, object?[] Arguments)>();
        await using var fleet = await TestFleet.StartAsync(extend: RecordedGrains.Of<IDevice>(calls));
        using var admin = new ApiClient(fleet);
        await Ward.OfferSignInAsync(admin);
        await Ward.HireAsync(admin, "ann");
        using var device = await Ward.EnrolAsync(fleet);
        var (id, token) = (device.Facts.Udid, (await fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!);

        using var page = new PlainBrowser(fleet, token);
        await page.OpenAsync();
        await page.SignInAsync("ann", Ward.Password);
        Assert.Equal(await NewestAsync(fleet), Assert.IsType<SignInRequest>(Last(calls, nameof(IDevice.SignIn))[0]).MinRevision);

        var group = await admin.MakeAsync("device-groups", new { name = "Ward 7" });
        (await admin.PutAsync($"device-groups/{group}/members/{id}")).Is(HttpStatusCode.NoContent);
        Assert.Equal(await NewestAsync(fleet), Last(calls, nameof(IDevice.SetGroup))[2]);

        await admin.MakeAsync("user-groups", new { name = "Nurses" });
        await page.SignOutAsync();
        Assert.Equal(await NewestAsync(fleet), Last(calls, nameof(IDevice.SignOut))[2]);

        await Ward.SignInAsync(fleet, device, "ann");
        await admin.MakeAsync("user-groups", new { name = "Doctors" });
        (await admin.PostAsync($"devices/{id}/sign-out")).Is(HttpStatusCode.Accepted);
        Assert.Equal(await NewestAsync(fleet), Last(calls, nameof(IDevice.ForceSignOut))[1]);
    }

    private static async Task<long> NewestAsync(TestFleet fleet)
    {
        var revision = (await fleet.Grains.GetGrain<ICatalog>(ICatalog.Key).Read()).Revision;
        Assert.True(revision > 0);
        return revision;
    }

    private static object?[] Last(ConcurrentQueue<(string Method, object?[] Arguments)> calls, string method) =>
        calls.Last(call => call.Method == method).Arguments;
}
