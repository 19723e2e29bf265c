using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;

namespace Mdm.Fleet.Fleet.Tests.Admin;

public class UserTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "MU-08")]
    public async Task A_person_is_added_shown_changed_and_deleted()
    {
        using var admin = new ApiClient(_fleet);
        var group = await admin.MakeAsync("user-groups", new { name = "Surgeons" });
        var made = (await admin.PostAsync("users", new { userName = "Anna@Ward.example", displayName = "Anna", email = "anna@ward.example", password = Ward.Password, registration = "both", groups = new[] { group } }))
            .Is(HttpStatusCode.Created);

        Assert.Equal("/api/v1/users/anna%40ward.example", made.Headers.Location?.OriginalString);
        Assert.Equal("anna@ward.example", made.Id);
        Assert.Equal("both", made.Text("registration"));
        Assert.Null(made.Json!["password"]);
        Assert.Equal($"\"{made.Text("etag")}\"", made.Headers.ETag?.Tag);

        var changed = (await admin.PutAsync("users/anna@ward.example", new { displayName = "Dr. Anna", enabled = false })).Is(HttpStatusCode.OK);
        Assert.Equal("Dr. Anna", changed.Text("displayName"));
        Assert.True(changed.Json!["hasPassword"]!.GetValue<bool>());
        Assert.Equal([group], changed.Json["groups"]!.AsArray().Select(id => id!.ToString()));
        Assert.Contains(await admin.ListAsync("users?q=anna dr."), row => row["id"]!.ToString() == "anna@ward.example" && !row["enabled"]!.GetValue<bool>());

        (await admin.DeleteAsync("users/anna@ward.example")).Is(HttpStatusCode.NoContent);
        (await admin.GetAsync("users/anna@ward.example")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.DeleteAsync("users/anna@ward.example")).Refuses(HttpStatusCode.NotFound, "not-found");
        Assert.DoesNotContain(await admin.ListAsync("users"), row => row["id"]?.ToString() == "anna@ward.example");
    }

    [Fact]
    [Trait("Requirement", "UG-11")]
    public async Task The_device_management_role_is_a_persons_or_a_user_groups()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("users", new { userName = "tessa", displayName = "Tessa", deviceManagement = true })).Is(HttpStatusCode.Created);
        var technicians = await admin.MakeAsync("user-groups", new { name = "Technicians", deviceManagement = true });
        Assert.Equal("true", (await admin.GetAsync("users/tessa")).Text("deviceManagement"));
        Assert.Equal("true", (await admin.GetAsync($"user-groups/{technicians}")).Text("deviceManagement"));
        Assert.Contains(await admin.ListAsync("users?q=tessa"), row => row["deviceManagement"]!.GetValue<bool>());

        Assert.Equal("false", (await admin.PutAsync($"user-groups/{technicians}", new { name = "Technicians" })).Is(HttpStatusCode.OK).Text("deviceManagement"));
        Assert.Equal("false", (await admin.PutAsync("users/tessa", new { displayName = "Tessa" })).Is(HttpStatusCode.OK).Text("deviceManagement"));
        (await admin.PostAsync("device-groups", new { name = "Carts", deviceManagement = true })).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    public async Task A_name_is_taken_once_and_never_changes()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.HireAsync(admin, "bo");
        (await admin.PostAsync("users", new { userName = "BO", displayName = "Another" })).Refuses(HttpStatusCode.Conflict, "taken");
        (await admin.PutAsync("users/bo", new { userName = "bob", displayName = "Bo" })).Refuses(HttpStatusCode.Conflict, "renamed");
        (await admin.PutAsync("users/nobody-else", new { displayName = "None" })).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_change_of_a_version_that_is_gone_is_refused()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.HireAsync(admin, "cara");
        var first = (await admin.GetAsync("users/cara")).Text("etag");
        (await admin.PutAsync("users/cara", new { displayName = "Cara I" }, ("If-Match", $"\"{first}\""))).Is(HttpStatusCode.OK);
        (await admin.PutAsync("users/cara", new { displayName = "Cara II" }, ("If-Match", $"\"{first}\""))).Refuses(HttpStatusCode.PreconditionFailed, "stale");
        (await admin.DeleteAsync("users/cara", ("If-Match", $"\"{first}\""))).Refuses(HttpStatusCode.PreconditionFailed, "stale");
        Assert.Equal("Cara I", (await admin.GetAsync("users/cara")).Text("displayName"));
    }

    [Fact]
    public async Task Every_wrong_field_is_named()
    {
        using var admin = new ApiClient(_fleet);
        var refused = (await admin.PostAsync("users", new { userName = "dora", displayName = "Dora", email = "nowhere", password = "short", registration = "card" }))
            .Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(["email", "password", "registration"], refused.Json!["errors"]!.AsObject().Select(error => error.Key).Order());
        (await admin.PostAsync("users", new { userName = "d o r a", displayName = "Dora" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PostAsync("users", new { userName = "longname", displayName = "Dora", password = "LongName" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PostAsync("users", new { userName = "dora", displayName = "Dora", groups = new[] { "no-such" } })).Refuses(HttpStatusCode.BadRequest, "unknown-group");
        (await admin.PostAsync("users", new { userName = "dora" })).Refuses(HttpStatusCode.BadRequest, "malformed");
    }

    [Fact]
    [Trait("Requirement", "MU-15")]
    public async Task Nobody_is_listed_first_and_cannot_be_made_changed_or_deleted()
    {
        using var admin = new ApiClient(_fleet);
        var users = await admin.ListAsync("users");
        Assert.Equal("nobody", users[0]["id"]!.ToString());
        Assert.True(users[0]["builtIn"]!.GetValue<bool>());
        Assert.Single(users, row => row["id"]!.ToString() == "nobody");

        Assert.Equal("nobody", (await admin.GetAsync("users/Nobody")).Is(HttpStatusCode.OK).Id);
        (await admin.PostAsync("users", new { userName = "nobody", displayName = "Me", password = Ward.Password })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PutAsync("users/nobody", new { displayName = "Somebody" })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.DeleteAsync("users/nobody")).Refuses(HttpStatusCode.Conflict, "built-in");
    }

    [Fact]
    [Trait("Requirement", "MU-15")]
    public async Task Everyone_includes_nobody_and_a_group_includes_it_when_it_is_put_in()
    {
        using var admin = new ApiClient(_fleet);
        await Ward.HireAsync(admin, "eve");
        Assert.Equal("everyone", (await admin.ListAsync("user-groups"))[0]["id"]!.ToString());
        var everyone = (await admin.GetAsync("user-groups/everyone/members")).Is(HttpStatusCode.OK).Json!["items"]!.AsArray().Select(name => name!.ToString()).ToArray();
        Assert.Equal("nobody", everyone[0]);
        Assert.Contains("eve", everyone);
        (await admin.PutAsync("user-groups/everyone/members/eve")).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.PutAsync("user-groups/everyone", new { name = "All" })).Refuses(HttpStatusCode.Conflict, "built-in");
        (await admin.DeleteAsync("user-groups/everyone")).Refuses(HttpStatusCode.Conflict, "built-in");

        var group = await admin.MakeAsync("user-groups", new { name = "With nobody" });
        (await admin.PutAsync($"user-groups/{group}/members/nobody")).Is(HttpStatusCode.NoContent);
        (await admin.PutAsync($"user-groups/{group}/members/eve")).Is(HttpStatusCode.NoContent);
        Assert.Equal(["nobody", "eve"], Members(await admin.GetAsync($"user-groups/{group}")));
        Assert.Equal(["nobody", "eve"], (await admin.ListAsync($"users?group={group}")).Select(row => row["id"]!.ToString()));

        (await admin.DeleteAsync($"user-groups/{group}/members/nobody")).Is(HttpStatusCode.NoContent);
        Assert.Equal(["eve"], Members(await admin.GetAsync($"user-groups/{group}")));
        (await admin.PutAsync($"user-groups/{group}/members/stranger")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PutAsync("user-groups/no-such/members/eve")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Groups_get_ids_of_their_names_and_are_renamed_and_deleted()
    {
        using var admin = new ApiClient(_fleet);
        Assert.Equal("kinder-und-sauglinge", await admin.MakeAsync("user-groups", new { name = "Kinder und Säuglinge!" }));
        Assert.Equal("kinder-und-sauglinge-2", await admin.MakeAsync("user-groups", new { name = "Kinder und Säuglinge" }));
        (await admin.PostAsync("user-groups", new { name = "Other", id = "kinder-und-sauglinge" })).Refuses(HttpStatusCode.Conflict, "taken");
        (await admin.PostAsync("user-groups", new { name = "Other", id = "NOT AN ID" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        var renamed = (await admin.PutAsync("user-groups/kinder-und-sauglinge-2", new { name = "Neonatal" })).Is(HttpStatusCode.OK);
        Assert.Equal("Neonatal", renamed.Text("name"));
        (await admin.DeleteAsync("user-groups/kinder-und-sauglinge-2", ("If-Match", "\"0\""))).Refuses(HttpStatusCode.PreconditionFailed, "stale");
        (await admin.DeleteAsync("user-groups/kinder-und-sauglinge-2")).Is(HttpStatusCode.NoContent);
        (await admin.GetAsync("user-groups/kinder-und-sauglinge-2")).Refuses(HttpStatusCode.NotFound, "not-found");
        Assert.DoesNotContain(await admin.ListAsync("user-groups"), row => row["id"]!.ToString() == "kinder-und-sauglinge-2");
    }

    [Fact]
    public async Task Lists_page_by_cursor_without_a_gap_or_a_repeat()
    {
        using var admin = new ApiClient(_fleet);
        for (var number = 1; number <= 7; number++)
            await admin.MakeAsync("device-groups", new { name = $"Paged {number}" });
        var seen = await admin.ListAsync("device-groups?limit=3&q=paged");
        Assert.Equal(Enumerable.Range(1, 7).Select(number => $"paged-{number}"), seen.Select(row => row["id"]!.ToString()));
        (await admin.GetAsync("device-groups?cursor=???")).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.GetAsync("device-groups?limit=0")).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.GetAsync("device-groups?limit=1001")).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    private static IEnumerable<string> Members(Answer group) => group.Is(HttpStatusCode.OK).Json!["members"]!.AsArray().Select(name => name!.ToString());
}
