using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>People and devices carry the ids of groups that were deleted; admins meet none of them.</summary>
public sealed class DeletedGroupTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "UG-02")]
    public async Task A_person_is_shown_without_them_and_saved_as_shown()
    {
        using var admin = new ApiClient(_fleet);
        var (kept, gone) = (await admin.MakeAsync("user-groups", new { name = "Kept" }), await admin.MakeAsync("user-groups", new { name = "Gone" }));
        await Ward.HireAsync(admin, "greta", kept, gone);
        (await admin.DeleteAsync($"user-groups/{gone}")).Is(HttpStatusCode.NoContent);
        var shown = (await admin.GetAsync("users/greta")).Json!["groups"]!;
        Assert.Equal([kept], shown.AsArray().Select(group => group!.ToString()));
        (await admin.PutAsync("users/greta", new { displayName = "Greta", groups = shown })).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Requirement", "UG-03")]
    public async Task A_device_that_was_in_as_many_as_it_may_joins_another()
    {
        using var admin = new ApiClient(_fleet);
        using var device = await Ward.EnrolAsync(_fleet);
        var groups = new List<string>();
        for (var i = 0; i < Domain.Devices.Device.GroupsMax; i++)
        {
            groups.Add(await admin.MakeAsync("device-groups", new { name = $"Passing {i}" }));
            (await admin.PutAsync($"device-groups/{groups[^1]}/members/{device.Facts.Udid}")).Is(HttpStatusCode.NoContent);
        }

        var next = await admin.MakeAsync("device-groups", new { name = "Next" });
        (await admin.PutAsync($"device-groups/{next}/members/{device.Facts.Udid}")).Refuses(HttpStatusCode.Conflict, "too-many-groups");
        (await admin.PutAsync($"device-groups/{groups[0]}/members/{device.Facts.Udid}")).Is(HttpStatusCode.NoContent);
        foreach (var group in groups)
            (await admin.DeleteAsync($"device-groups/{group}")).Is(HttpStatusCode.NoContent);
        (await admin.PutAsync($"device-groups/{next}/members/{device.Facts.Udid}")).Is(HttpStatusCode.NoContent);
        Assert.Equal([next], (await admin.GetAsync($"devices/{device.Facts.Udid}")).Json!["groups"]!.AsArray().Select(group => group!.ToString()));
    }
}
