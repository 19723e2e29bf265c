using System.Net;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Frontend.Admin.Access;
using Mdm.Fleet.Grains.Admin;

namespace Mdm.Fleet.Fleet.Tests.Admin;

/// <summary>Managed Apple IDs are masked wherever they are shown; who may see one in full leaves a line each time.</summary>
public class ManagedAppleIdTests(FleetFixture fixture) : IClassFixture<FleetFixture>
{
    private const string Masked = "a•••@e•••.com";

    private readonly TestFleet _fleet = fixture.Fleet;

    [Fact]
    [Trait("Requirement", "UG-10")]
    public async Task It_is_masked_in_every_answer_and_list()
    {
        using var admin = new ApiClient(_fleet);
        var made = (await admin.PostAsync("users", Person("mia", "Amalia.Berg@example.com"))).Is(HttpStatusCode.Created);
        var shown = (await admin.GetAsync("users/mia")).Is(HttpStatusCode.OK);
        var row = Assert.Single(await admin.ListAsync("users?q=mia"));

        Assert.All([made.Json!, shown.Json!, row], json => Assert.Equal(Masked, json["managedAppleId"]!.ToString()));
        Assert.All([made.Json!, shown.Json!, row], json => Assert.DoesNotContain("amalia", json.ToJsonString(), StringComparison.OrdinalIgnoreCase));
        Assert.Empty(await admin.ListAsync("users?q=amalia"));
    }

    [Fact]
    [Trait("Requirement", "UG-10")]
    public async Task Unmasking_leaves_a_line_each_time_and_no_new_version()
    {
        using var admin = new ApiClient(_fleet);
        var made = (await admin.PostAsync("users", Person("nora", "anora@example.com"))).Is(HttpStatusCode.Created);
        for (var seen = 1; seen <= 2; seen++)
        {
            Assert.Equal("anora@example.com", (await admin.PostAsync("users/nora/managed-apple-id/unmask")).Is(HttpStatusCode.OK).Text("managedAppleId"));
            Assert.Equal(seen, (await admin.ListAsync("audit")).Count(line =>
                (line["by"]!.ToString(), line["act"]!.ToString(), line["key"]!.ToString()) == ("owner", "See Managed Apple ID in full", "nora")));
        }

        Assert.Equal(made.Text("etag"), (await admin.GetAsync("users/nora")).Text("etag"));
        Assert.DoesNotContain(await admin.ListAsync("audit"), line => line.ToJsonString().Contains("anora@", StringComparison.Ordinal));
        (await admin.PutAsync("users/nora", Person("nora", ""))).Is(HttpStatusCode.OK);
        (await admin.PostAsync("users/nora/managed-apple-id/unmask")).Refuses(HttpStatusCode.Conflict, "no-managed-apple-id");
        (await admin.PostAsync("users/no-one/managed-apple-id/unmask")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await admin.PostAsync("users/nobody/managed-apple-id/unmask")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    [Trait("Requirement", "UG-10")]
    public async Task Operators_and_auditors_do_not_see_it_in_full_and_find_nobody_by_it()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("users", Person("olga", "aolga@example.com"))).Is(HttpStatusCode.Created);
        foreach (var role in new[] { "operator", "auditor" })
        {
            await _fleet.Grains.GetGrain<IApiToken>(ApiTokens.KeyOf(role)).Create(role, role);
            using var other = new ApiClient(_fleet, role);
            Assert.Equal(Masked, (await other.GetAsync("users/olga")).Is(HttpStatusCode.OK).Text("managedAppleId"));
            (await other.PostAsync("users/olga/managed-apple-id/unmask")).Refuses(HttpStatusCode.Forbidden, "not-allowed");
            (await other.GetAsync("users?managedAppleId=aolga@example.com")).Refuses(HttpStatusCode.Forbidden, "not-allowed");
        }

        Assert.Equal("olga", Assert.Single(await admin.ListAsync("users?managedAppleId=AOlga@Example.com"))["id"]!.ToString());
        Assert.Empty(await admin.ListAsync("users?managedAppleId=aolga@example.org"));
        var searches = (await admin.ListAsync("audit")).Where(line => line["act"]!.ToString() == "Search Managed Apple ID").ToList();
        Assert.Contains(searches, line => (line["by"]!.ToString(), line["key"]!.ToString()) == ("owner", "olga"));
        Assert.Contains(searches, line => line["kind"]!.ToString() == "managedAppleId");
        Assert.DoesNotContain(searches, line => line.ToJsonString().Contains("aolga@", StringComparison.OrdinalIgnoreCase));
        (await admin.GetAsync("users?managedAppleId=aolga")).Refuses(HttpStatusCode.BadRequest, "invalid");
    }

    [Fact]
    public async Task What_was_shown_may_be_sent_back_and_keeps_what_is_stored()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("users", Person("pia", "apia@example.com"))).Is(HttpStatusCode.Created);
        (await admin.PutAsync("users/pia", Person("pia", Masked))).Is(HttpStatusCode.OK);
        (await admin.PutAsync("users/pia", Person("pia", null))).Is(HttpStatusCode.OK);
        Assert.Equal("apia@example.com", (await admin.PostAsync("users/pia/managed-apple-id/unmask")).Text("managedAppleId"));

        (await admin.PutAsync("users/pia", Person("pia", "b•••@e•••.com"))).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PostAsync("users", Person("new", Masked))).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await admin.PutAsync("users/pia", Person("pia", "pia@example.com"))).Is(HttpStatusCode.OK);
        Assert.Equal("pia@example.com", (await admin.PostAsync("users/pia/managed-apple-id/unmask")).Text("managedAppleId"));
    }

    [Fact]
    public async Task An_id_has_one_holder_and_who_is_refused_finds_them()
    {
        using var admin = new ApiClient(_fleet);
        (await admin.PostAsync("users", Person("rosa", "shared@example.com"))).Is(HttpStatusCode.Created);
        (await admin.PostAsync("users", Person("sina", "SHARED@example.com"))).Refuses(HttpStatusCode.Conflict, "managed-apple-id-taken");
        (await admin.GetAsync("users/sina")).Refuses(HttpStatusCode.NotFound, "not-found");
        await Ward.HireAsync(admin, "sina");
        var refused = (await admin.PutAsync("users/sina", Person("sina", "shared@example.com"))).Refuses(HttpStatusCode.Conflict, "managed-apple-id-taken");
        Assert.DoesNotContain("rosa", refused.Json!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("rosa", Assert.Single(await admin.ListAsync("users?managedAppleId=shared@example.com"))["id"]!.ToString());

        (await admin.DeleteAsync("users/rosa")).Is(HttpStatusCode.NoContent);
        (await admin.PutAsync("users/sina", Person("sina", "shared@example.com"))).Is(HttpStatusCode.OK);
    }

    private static object Person(string userName, string? managedAppleId) => new { userName, displayName = $"Nurse {userName}", managedAppleId };
}
