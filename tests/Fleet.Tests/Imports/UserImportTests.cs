using System.Net;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Grains.Catalog;

namespace Mdm.Fleet.Fleet.Tests.Imports;

[Trait("Requirement", "UG-01")]
public sealed class UserImportTests : IAsyncLifetime, IDisposable
{
    private TestFleet _fleet = null!;
    private ApiClient _admin = null!;
    private ImportClient _imports = null!;

    public async Task InitializeAsync()
    {
        _fleet = await TestFleet.StartStillAsync();
        (_admin, _imports) = (new ApiClient(_fleet), new ImportClient(_fleet));
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    public void Dispose()
    {
        _admin.Dispose();
        _imports.Dispose();
    }

    [Fact]
    [Trait("Requirement", "UG-04")]
    [Trait("Requirement", "UG-06")]
    public async Task A_file_adds_and_changes_people_and_the_same_file_again_writes_nothing()
    {
        await _admin.MakeAsync("user-groups", new { name = "Nurses", id = "nurses" });
        await _admin.MakeAsync("user-groups", new { name = "Nights", id = "nights" });
        await _admin.MakeAsync("attributes", new { name = "room", scope = "user", type = "text" });
        await _admin.MakeAsync("attributes", new { name = "floor", scope = "user", type = "number" });
        await Ward.HireAsync(_admin, "bo");
        var revision = await RevisionAsync();
        const string file = """
            userName,displayName,email,groups,attributes.room,floor,enabled,registration,deviceManagement,managedAppleId
            Anna@Ward.example,Anna,anna@ward.example,nurses;nights,"4B, left",03.50,,both,TRUE,anna@id.ward.example
            bo,"Bo ""B"" Berg",,nurses,=1+1,,FALSE,,,
            cy,,,,,,,,,
            """;

        var first = await _imports.UsersAsync(file);
        Assert.Equal(["created", "updated", "created"], first.Results);
        Assert.Equal([2, 3, 4], first.Rows.Select(row => row["row"]!.GetValue<int>()));
        Assert.Equal((3, 2, 1, 0, 0), (first.Count("rows"), first.Count("created"), first.Count("updated"), first.Count("unchanged"), first.Count("failed")));
        var anna = (await _admin.GetAsync("users/anna@ward.example")).Is(HttpStatusCode.OK);
        Assert.Equal(("Anna", "anna@ward.example", "both", "True"), (anna.Text("displayName"), anna.Text("email"), anna.Text("registration"), anna.Json!["deviceManagement"]!.GetValue<bool>().ToString()));
        Assert.Equal("""{"floor":3.5,"room":"4B, left"}""", anna.Json["attributes"]!.ToJsonString());
        Assert.Equal(["nights", "nurses"], anna.Json["groups"]!.AsArray().Select(id => id!.ToString()).Order());
        var bo = await _admin.GetAsync("users/bo");
        Assert.Equal(("Bo \"B\" Berg", "=1+1", "False", "True"), (bo.Text("displayName"), bo.Json!["attributes"]!["room"]!.ToString(), bo.Json["enabled"]!.GetValue<bool>().ToString(), bo.Json["hasPassword"]!.GetValue<bool>().ToString()));
        Assert.Equal("cy", (await _admin.GetAsync("users/cy")).Text("displayName"));
        Assert.Equal(revision, await RevisionAsync());

        var stored = await _fleet.StoredAsync();
        var second = await _imports.UsersAsync(file);
        Assert.Equal(["unchanged", "unchanged", "unchanged"], second.Results);
        Assert.Equal(stored, await _fleet.StoredAsync());
        var told = (await _admin.GetAsync("audit?limit=1000")).Json!["items"]!.AsArray().Select(line => $"{line!["by"]} {line["act"]} {line["key"]}").ToList();
        Assert.Single(told, "owner Create user anna@ward.example");
        Assert.Single(told, "owner Update user bo");
    }

    [Fact]
    [Trait("Requirement", "UG-06")]
    public async Task The_devices_that_a_person_holds_learn_what_an_import_changes_and_no_other_does()
    {
        await _admin.MakeAsync("user-groups", new { name = "Nurses", id = "nurses" });
        await Ward.HireAsync(_admin, "bo");
        await Ward.OfferSignInAsync(_admin);
        using var held = await Ward.EnrolAsync(_fleet);
        using var other = await Ward.EnrolAsync(_fleet);
        await Ward.SignInAsync(_fleet, held, "bo");
        var untouched = (await _fleet.ViewAsync(other.Facts.Udid)).Device;

        Assert.Equal(["updated"], (await _imports.UsersAsync("userName,groups\nbo,nurses\n")).Results);
        Assert.Equal("nurses", Assert.Single((await _fleet.ViewAsync(held.Facts.Udid)).Device.Owner.Groups).Value);
        Assert.Equal(untouched, (await _fleet.ViewAsync(other.Facts.Udid)).Device);
    }

    [Fact]
    public async Task What_is_wrong_with_a_row_is_its_own_and_the_others_are_done()
    {
        var report = await _imports.UsersAsync("""
            userName,displayName,email,enabled,groups,registration,source,password
            good,Good,,,,,,
            nobody,Nobody,,,,,,
            two words,,,,,,,
            ,No name,,,,,,
            mail,,not-an-address,,,sometimes,,short
            flag,,,maybe,,,,
            lost,,,,no-such-group,,,
            from,,,,,,no-such-provider,
            GOOD,Again,,,,,,
            few,values
            qu"ote,,,,,,,
            last,Last,,,,,,
            """);

        Assert.Equal(["created", .. Enumerable.Repeat("failed", 10), "created"], report.Results);
        Assert.Equal(["userName"], report.Fields(1));
        Assert.Equal(["userName"], report.Fields(2));
        Assert.Equal(["userName"], report.Fields(3));
        Assert.Equal(["email", "password", "registration"], report.Fields(4).Distinct().Order());
        Assert.Equal(["enabled"], report.Fields(5));
        Assert.Equal(["groups"], report.Fields(6));
        Assert.Equal(["source"], report.Fields(7));
        Assert.Equal("Row 2 names the same person.", report.Message(8));
        Assert.Equal(["row"], report.Fields(9));
        Assert.Equal(["row"], report.Fields(10));
        Assert.Equal((12, 2, 10), (report.Count("rows"), report.Count("created"), report.Count("failed")));
        Assert.Equal("Good", (await _admin.GetAsync("users/good")).Text("displayName"));
        (await _admin.GetAsync("users/lost")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("", "header", "malformed")]
    [InlineData("userName,colour,attributes.nothing\nx,,\n", "colour", "unknown-column")]
    [InlineData("userName,colour,attributes.nothing\nx,,\n", "attributes.nothing", "unknown-column")]
    [InlineData("userName,userName\nx,y\n", "userName", "unknown-column")]
    [InlineData("userName,attributes.email\nx,y\n", "attributes.email", "unknown-column")]
    [InlineData("displayName\nX\n", "userName", "unknown-column")]
    [InlineData("user\"Name\nX\n", "header", "malformed")]
    public async Task A_bad_header_is_refused_by_name_before_anything_is_done(string file, string field, string code)
    {
        var answer = await _admin.SendAsync(HttpMethod.Post, "users/import", ImportClient.Csv(System.Text.Encoding.UTF8.GetBytes(file)));
        Assert.NotNull(answer.Refuses(HttpStatusCode.BadRequest, code).Json!["errors"]![field]);
        (await _admin.GetAsync("users/x")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Only_UTF_8_CSV_is_taken_from_those_who_may_edit_the_model()
    {
        (await _admin.SendAsync(HttpMethod.Post, "users/import", ImportClient.Csv("userName\nx\n"u8.ToArray(), "application/json"))).Refuses(HttpStatusCode.UnsupportedMediaType, "media-type");
        (await _admin.SendAsync(HttpMethod.Post, "users/import", ImportClient.Csv("userName\nx\n"u8.ToArray(), "text/csv; charset=latin1"))).Refuses(HttpStatusCode.UnsupportedMediaType, "media-type");
        (await _admin.SendAsync(HttpMethod.Post, "users/import?mode=some", ImportClient.Csv("userName\nx\n"u8.ToArray()))).Refuses(HttpStatusCode.BadRequest, "invalid");
        foreach (var role in new[] { "operator", "auditor" })
        {
            await _fleet.Grains.GetGrain<Grains.Admin.IApiToken>(Frontend.Admin.Access.ApiTokens.KeyOf($"{role}s-token")).Create(role, role);
            using var other = new ApiClient(_fleet, $"{role}s-token");
            (await other.SendAsync(HttpMethod.Post, "users/import", ImportClient.Csv("userName\nx\n"u8.ToArray()))).Refuses(HttpStatusCode.Forbidden, "not-allowed");
            (await other.SendAsync(HttpMethod.Post, "devices/import", ImportClient.Csv("id\nx\n"u8.ToArray()))).Refuses(HttpStatusCode.Forbidden, "not-allowed");
        }

        (await _admin.GetAsync("users/x")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_mode_touches_only_whom_it_says_and_a_dry_run_nobody()
    {
        await Ward.HireAsync(_admin, "bo");
        var stored = await _fleet.StoredAsync();
        var dry = await _imports.UsersAsync("userName,displayName\nbo,Other\nnew,\nnobody,\n", "?dryRun=true");
        Assert.Equal(["updated", "created", "failed"], dry.Results);
        Assert.Equal(stored, await _fleet.StoredAsync());

        Assert.Equal(["failed", "created"], (await _imports.UsersAsync("userName,displayName\nbo,Other\nnew,\n", "?mode=create")).Results);
        Assert.Equal(["failed", "updated"], (await _imports.UsersAsync("userName,displayName\nother,Other\nnew,Newer\n", "?mode=update")).Results);
        Assert.Equal(("Nurse bo", "Newer"), ((await _admin.GetAsync("users/bo")).Text("displayName"), (await _admin.GetAsync("users/new")).Text("displayName")));
    }

    [Fact]
    public async Task A_password_is_set_once_and_not_compared_in_a_dry_run()
    {
        var file = $"userName,password\nanna,{Ward.Password}\n";
        Assert.Equal(["created"], (await _imports.UsersAsync(file)).Results);
        Assert.True((await _admin.GetAsync("users/anna")).Json!["hasPassword"]!.GetValue<bool>());
        var stored = await _fleet.StoredAsync();
        Assert.Equal(["unchanged"], (await _imports.UsersAsync(file)).Results);
        Assert.Equal(["updated"], (await _imports.UsersAsync(file, "?dryRun=true")).Results);
        Assert.Equal(stored, await _fleet.StoredAsync());
        Assert.Equal(["updated"], (await _imports.UsersAsync("userName,password\nanna,another-good-password\n")).Results);
    }

    [Fact]
    public async Task An_invitation_is_queued_once_and_needs_a_mail_server()
    {
        const string file = "userName,email,invite,inviteLanguage\nanna,anna@ward.example,true,fr\nbo,bo@ward.example,,\ncy,,true,\n";
        var early = await _imports.UsersAsync(file);
        Assert.Equal(["failed", "created", "failed"], early.Results);
        Assert.Equal(["invite"], early.Fields(0));

        (await _admin.PutAsync("mail/settings", new { host = "mail.example", security = "none", from = "f@ward.example" })).Is(HttpStatusCode.OK);
        Assert.Equal(["created", "unchanged", "failed"], (await _imports.UsersAsync(file)).Results);
        Assert.Equal(("queued", "fr"), ((await _admin.GetAsync("users/anna")).Json!["invitation"]!["state"]!.ToString(), (await _admin.GetAsync("users/anna")).Json!["invitation"]!["language"]!.ToString()));
        var stored = await _fleet.StoredAsync();
        Assert.Equal(["unchanged", "unchanged", "failed"], (await _imports.UsersAsync(file)).Results);
        Assert.Equal(stored, await _fleet.StoredAsync());
        Assert.Equal(["updated"], (await _imports.UsersAsync("userName,invite\nbo,true\n")).Results);
        Assert.Equal("queued", (await _admin.GetAsync("users/bo")).Json!["invitation"]!["state"]!.ToString());
    }

    private Task<long> RevisionAsync() => _fleet.Grains.GetGrain<ICatalog>(ICatalog.Key).Revision();
}
