using System.Net;
using System.Text.Json;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Records;
using Mdm.Fleet.Storage;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>Members of a dynamic group among very many people.</summary>
public sealed class DynamicMembersTests
{
    private const int People = 20_500;

    [Fact]
    [Trait("Requirement", "UG-02")]
    public async Task One_request_looks_through_a_bounded_number_of_people_and_its_cursor_goes_on()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var admin = new ApiClient(fleet);
        await Task.WhenAll(Enumerable.Range(0, People).Select(number => fleet.Store.WriteAsync(Row($"p{number:d5}", number is 7 or 8 or 20_400 ? "Found" : "Other"))));
        var group = await admin.MakeAsync("user-groups", new { name = "Found", rule = "displayName is \"found\"" });

        var first = (await admin.GetAsync($"user-groups/{group}/members")).Is(HttpStatusCode.OK).Json!;
        Assert.Equal(["p00007", "p00008"], first["items"]!.AsArray().Select(name => name!.ToString()));
        var rest = (await admin.GetAsync($"user-groups/{group}/members?cursor={first["next"]}")).Is(HttpStatusCode.OK).Json!;
        Assert.Equal(["p20400"], rest["items"]!.AsArray().Select(name => name!.ToString()));
        Assert.Null(rest["next"]);

        var one = (await admin.GetAsync($"user-groups/{group}/members?limit=1")).Is(HttpStatusCode.OK).Json!;
        Assert.Equal(["p00007"], one["items"]!.AsArray().Select(name => name!.ToString()));
        var two = (await admin.GetAsync($"user-groups/{group}/members?limit=1&cursor={one["next"]}")).Is(HttpStatusCode.OK).Json!;
        Assert.Equal(["p00008"], two["items"]!.AsArray().Select(name => name!.ToString()));
        Assert.True((await admin.GetAsync($"user-groups/{group}")).Json!["moreMembers"]!.GetValue<bool>());
    }

    private static RecordWrite Row(string name, string displayName)
    {
        var facts = JsonSerializer.SerializeToUtf8Bytes(new Owner(UserName.Parse(name), displayName, [], default), GrainsJson.Default.Owner);
        return new RecordWrite(new RecordKey("user", name), "{}"u8.ToArray(), 0, new IndexRow("enabled", name, "{}"u8.ToArray(), [], facts), [], []);
    }
}
