using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>Two admins who change different members of an object at once, without If-Match, do not undo each other's.</summary>
public class ChangesAtOnceTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private const int Rounds = 20;

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    public async Task A_person_who_is_changed_while_they_join_groups_is_in_all_of_them()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.HireAsync(admin, "joiner");
        var groups = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            groups.Add(await admin.MakeAsync("user-groups", new { name = $"Joined {round}" }));
            groups.Add(await admin.MakeAsync("user-groups", new { name = $"Joined too {round}" }));
            await AtOnceAsync(
                admin.PutAsync($"user-groups/{groups[^2]}/members/joiner"),
                admin.PutAsync("users/joiner", new { displayName = $"Joiner {round}" }),
                admin.PutAsync($"user-groups/{groups[^1]}/members/joiner"));
        }

        var shown = (await admin.GetAsync("users/joiner")).Json!;
        Assert.Equal(groups.Order(StringComparer.Ordinal), shown["groups"]!.AsArray().Select(id => id!.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal($"Joiner {Rounds - 1}", shown["displayName"]!.ToString());
    }

    [Fact]
    public async Task A_configuration_that_is_changed_while_it_is_distributed_is_distributed()
    {
        using var admin = new ApiClient(_fleet);
        var id = await admin.MakeAsync("configurations", Wifi("Ward"));
        for (var round = 0; round < Rounds; round++)
        {
            var to = round % 2 == 0 ? "all" : "none";
            await AtOnceAsync(
                admin.PutAsync($"configurations/{id}", Wifi($"Ward {round}")),
                admin.PutAsync($"configurations/{id}/distribution?override=network-lost", new { to }));
            var shown = (await admin.GetAsync($"configurations/{id}")).Json!;
            Assert.Equal(($"Ward {round}", to), (shown["name"]!.ToString(), shown["distribution"]!["to"]!.ToString()));
        }
    }

    [Fact]
    public async Task A_group_that_is_renamed_while_its_rule_is_changed_has_the_new_rule()
    {
        using var admin = new ApiClient(_fleet);
        var id = await admin.MakeAsync("user-groups", new { name = "Ruled", rule = "isNobody" });
        for (var round = 0; round < Rounds; round++)
        {
            var rule = round % 2 == 0 ? "not isNobody" : "isNobody is true";
            await AtOnceAsync(admin.PutAsync($"user-groups/{id}", new { name = "Renamed" }), admin.PutAsync($"user-groups/{id}", new { name = "Ruled", rule }));
            Assert.Equal(round % 2 == 0, (await admin.GetAsync($"user-groups/{id}")).Text("ruleText").Contains("not", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task An_identity_provider_is_changed_by_several_at_once_without_a_word_of_versions()
    {
        using var admin = new ApiClient(_fleet);
        var provider = new { name = "At once", issuer = "https://idp.example.com", clientId = "fleet", enabled = false };
        var id = await admin.MakeAsync("identity-providers", provider);
        for (var round = 0; round < Rounds; round++)
            await AtOnceAsync([.. Enumerable.Range(0, 3).Select(_ => admin.PutAsync($"identity-providers/{id}", provider))]);
        (await admin.PutAsync($"identity-providers/{id}", provider, ("If-Match", "\"0\""))).Refuses(HttpStatusCode.PreconditionFailed, "stale");
    }

    private static object Wifi(string name) => new { name, content = new { kind = "wifi", ssid = "Ward" } };

    private static async Task AtOnceAsync(params Task<Answer>[] changes)
    {
        foreach (var answer in await Task.WhenAll(changes))
            Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.NoContent, $"{answer.Status}: {answer.Json?.ToJsonString()}");
    }
}
