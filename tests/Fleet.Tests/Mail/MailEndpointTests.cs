using System.Net;
using System.Text.Json.Nodes;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Storage.Tests;

namespace Mdm.Fleet.Fleet.Tests.Mail;

/// <summary>Mail server, templates and who can't be invited, as an admin sees them.</summary>
[Trait("Requirement", "UG-01")]
public sealed class MailEndpointTests : IAsyncLifetime, IDisposable
{
    private TestFleet _fleet = null!;
    private ApiClient _admin = null!;

    public async Task InitializeAsync()
    {
        _fleet = await TestFleet.StartAsync();
        _admin = new ApiClient(_fleet);
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    public void Dispose() => _admin.Dispose();

    [Fact]
    public async Task A_mail_server_is_shown_without_its_password_which_goes_to_no_other_server()
    {
        (await _admin.GetAsync("mail/settings")).Refuses(HttpStatusCode.NotFound, "no-mail-server");
        (await _admin.PostAsync("mail/test", new { to = "a@ward.example" })).Refuses(HttpStatusCode.Conflict, "no-mail-server");
        var put = (await _admin.PutAsync("mail/settings", Settings("mail.example", "secret-of-mail"))).Is(HttpStatusCode.OK);
        Assert.Equal((true, 587, "starttls"), (put.Json!["hasPassword"]!.GetValue<bool>(), put.Json["port"]!.GetValue<int>(), put.Text("security")));
        var shown = (await _admin.GetAsync("mail/settings")).Is(HttpStatusCode.OK).Json!.ToJsonString();
        Assert.DoesNotContain("secret-of-mail", shown, StringComparison.Ordinal);

        Assert.True((await _admin.PutAsync("mail/settings", Settings("mail.example", null))).Is(HttpStatusCode.OK).Json!["hasPassword"]!.GetValue<bool>());
        (await _admin.PutAsync("mail/settings", Settings("evil.example", null))).Refuses(HttpStatusCode.BadRequest, "password-needed");
        (await _admin.PutAsync("mail/settings", new { host = "mail.example", port = 587, security = "tls", userName = "ward", from = "f@ward.example" }))
            .Refuses(HttpStatusCode.BadRequest, "password-needed");
        var without = (await _admin.PutAsync("mail/settings", new { host = "mail.example", security = "none", from = "f@ward.example" })).Is(HttpStatusCode.OK);
        Assert.Equal((false, 25), (without.Json!["hasPassword"]!.GetValue<bool>(), without.Json["port"]!.GetValue<int>()));
        Assert.Contains("Put mail settings", await ActsAsync());
    }

    [Fact]
    public async Task Every_wrong_field_of_a_mail_server_is_named()
    {
        var answer = await _admin.PutAsync("mail/settings", new
        {
            host = "mail example",
            port = 0,
            security = "STARTTLS",
            userName = "a\nb",
            password = "\0",
            from = "f@ward.example\r\nBcc: all@ward.example",
            fromName = "F\r\nBcc: all@ward.example",
        });
        answer.Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(["from", "fromName", "host", "password", "port", "security", "userName"], answer.Json!["errors"]!.AsObject().Select(field => field.Key).Order());
        var plain = await _admin.PutAsync("mail/settings", new { host = "mail.example", security = "none", userName = "ward", password = "secret", from = "f@ward.example" });
        Assert.Equal("security", Assert.Single(plain.Refuses(HttpStatusCode.BadRequest, "invalid").Json!["errors"]!.AsObject()).Key);
    }

    [Fact]
    public async Task A_test_mail_says_what_the_server_said()
    {
        await using var peer = await SmtpPeer.StartAsync();
        await _admin.PutAsync("mail/settings", new { host = "localhost", port = peer.Port, security = "none", from = "f@ward.example" });
        var good = (await _admin.PostAsync("mail/test", new { to = "anna@ward.example" })).Is(HttpStatusCode.OK);
        Assert.Equal("accepted", good.Text("result"));
        Assert.Contains("queued as peer-1", good.Text("said"), StringComparison.Ordinal);
        Assert.Equal("Test mail of Mdm.Fleet", (await peer.NextAsync()).Subject);
        var bad = (await _admin.PostAsync("mail/test", new { to = "refuse@ward.example" })).Is(HttpStatusCode.OK);
        Assert.Equal(("refused", "550 5.1.1 Nobody of that name here"), (bad.Text("result"), bad.Text("said")));
        (await _admin.PostAsync("mail/test", new { to = "a@ward.example\r\nRCPT TO:<b@ward.example>" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Contains("Send test mail to refuse@ward.example", await ActsAsync());
    }

    [Fact]
    public async Task A_template_is_written_previewed_and_given_back_to_the_built_in_text()
    {
        Assert.Equal(["en", "fr", "ja"], (await _admin.ListAsync("mail/templates")).Select(row => row["language"]!.ToString()));
        var builtIn = (await _admin.GetAsync("mail/templates/invitation/fr")).Is(HttpStatusCode.OK).Text("text");
        const string Path = "mail/templates/invitation/FR";
        var written = (await _admin.PutAsync(Path, new { subject = "Salut {userName}", text = "Ici : {link}" })).Is(HttpStatusCode.OK);
        Assert.Equal(("fr", "true"), (written.Text("language"), written.Json!["written"]!.ToJsonString()));
        var preview = (await _admin.PostAsync(Path + "/preview")).Is(HttpStatusCode.OK);
        Assert.Equal(("Salut anna", $"Ici : {_fleet.PublicUrl}invitation/EXAMPLE\n"), (preview.Text("subject"), preview.Text("text")));
        var draft = (await _admin.PostAsync("mail/templates/invitation/pt-BR/preview", new { subject = "Oi", text = "{link} <b>" })).Is(HttpStatusCode.OK);
        Assert.Contains("&lt;b&gt;", draft.Text("html"), StringComparison.Ordinal);

        (await _admin.DeleteAsync(Path)).Is(HttpStatusCode.NoContent);
        Assert.Equal(builtIn, (await _admin.GetAsync(Path)).Text("text"));
        (await _admin.DeleteAsync(Path)).Refuses(HttpStatusCode.NotFound, "not-found");
        Assert.Superset(new HashSet<string> { "Put mail template invitation/fr", "Delete mail template invitation/fr" }, (await ActsAsync()).ToHashSet());
    }

    [Fact]
    public async Task A_template_with_unknown_variables_or_for_an_unknown_mail_is_refused()
    {
        var refused = (await _admin.PutAsync("mail/templates/invitation/en", new { subject = "{password}", text = "no way\u0007" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        Assert.Equal(["subject", "text"], refused.Json!["errors"]!.AsObject().Select(field => field.Key).Order());
        (await _admin.PutAsync("mail/templates/farewell/en", new { subject = "s", text = "{link}" })).Refuses(HttpStatusCode.NotFound, "not-found");
        (await _admin.PutAsync("mail/templates/invitation/fr_FR", new { subject = "s", text = "{link}" })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await _admin.GetAsync("mail/templates/invitation/pt-BR")).Refuses(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Who_can_t_be_invited_is_told_why()
    {
        var person = new { userName = "anna", displayName = "Anna", email = "anna@ward.example" };
        await _admin.MakeAsync("users", person);
        (await _admin.PostAsync("users/anna/invitation")).Refuses(HttpStatusCode.Conflict, "no-mail-server");
        (await _admin.PostAsync("users", new { userName = "bert", displayName = "Bert", email = "b@ward.example", invite = true })).Refuses(HttpStatusCode.Conflict, "no-mail-server");
        (await _admin.GetAsync("users/bert")).Is(HttpStatusCode.NotFound);

        await _admin.PutAsync("mail/settings", new { host = "127.0.0.1", port = FreePorts.Next(), security = "none", from = "f@ward.example" });
        (await _admin.PostAsync("users/nobody/invitation")).Refuses(HttpStatusCode.Conflict, "built-in");
        (await _admin.PostAsync("users/who/invitation")).Refuses(HttpStatusCode.NotFound, "not-found");
        (await _admin.PostAsync("users/anna/invitation", new { language = "tlh" })).Refuses(HttpStatusCode.BadRequest, "no-template");
        (await _admin.PostAsync("users/anna/invitation", new { language = "fr-CA" })).Is(HttpStatusCode.Accepted);
        (await _admin.PostAsync("users", new { userName = "bert", displayName = "Bert", invite = true })).Refuses(HttpStatusCode.Conflict, "no-email");
        (await _admin.PutAsync("users/anna", new { displayName = "Anna", email = "anna@ward.example", invite = true })).Refuses(HttpStatusCode.BadRequest, "invalid");
        (await _admin.PutAsync("users/anna", new { displayName = "Anna", email = "anna@ward.example", registration = "pin" })).Is(HttpStatusCode.OK);
        (await _admin.PostAsync("users/anna/invitation")).Refuses(HttpStatusCode.Conflict, "pin-only");
        (await _admin.PutAsync("users/anna", new { displayName = "Anna", email = "anna@ward.example", enabled = false })).Is(HttpStatusCode.OK);
        (await _admin.PostAsync("users/anna/invitation")).Refuses(HttpStatusCode.Conflict, "disabled");
    }

    private static JsonObject Settings(string host, string? password)
    {
        var settings = new JsonObject { ["host"] = host, ["security"] = "starttls", ["userName"] = "ward", ["from"] = "f@ward.example" };
        if (password is not null)
            settings["password"] = password;
        return settings;
    }

    private async Task<IEnumerable<string>> ActsAsync() => (await _admin.GetAsync("audit?limit=1000")).Json!["items"]!.AsArray().Select(line => line!["act"]!.ToString());
}
