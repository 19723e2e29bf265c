using System.Net;
using System.Text.RegularExpressions;
using Mdm.Fleet.Fleet.Tests.Admin;
using Mdm.Fleet.Fleet.Tests.Servers;
using Mdm.Fleet.Fleet.Tests.SignIn;
using Mdm.Fleet.Frontend.Invitations;
using Mdm.Fleet.Outbound.Mail;

namespace Mdm.Fleet.Fleet.Tests.Mail;

/// <summary>From an admin's invitation over a real SMTP server to a person who signs in on an iPad.</summary>
[Trait("Requirement", "UG-01")]
public sealed partial class InvitationPageTests : IAsyncLifetime, IDisposable
{
    private const string Password = "tulipes au printemps";

    private readonly ShiftedTime _time = new();
    private SmtpPeer _peer = null!;
    private TestFleet _fleet = null!;
    private ApiClient _admin = null!;

    public async Task InitializeAsync()
    {
        _peer = await SmtpPeer.StartAsync(new PeerOptions("starttls", "fleet", "s3cret-of-mail"));
        _fleet = await TestFleet.StartAsync(options => options with
        {
            Time = _time,
            Smtp = new SmtpOptions { TrustedRoots = [_peer.Authority] },
            Frontend = options.Frontend with { Organization = "Hôpital d’Évry" },
        });
        _admin = new ApiClient(_fleet);
        (await _admin.PutAsync("mail/settings", Settings(_peer.Port))).Is(HttpStatusCode.OK);
    }

    public async Task DisposeAsync()
    {
        await _fleet.DisposeAsync();
        await _peer.DisposeAsync();
    }

    public void Dispose() => _admin.Dispose();

    [Fact]
    public async Task An_invited_person_sets_a_password_by_the_mailed_link_and_signs_in_on_an_iPad()
    {
        await Ward.OfferSignInAsync(_admin);
        await HireAsync("anne", "Anne Élise", "anne@ward.example");
        var invited = (await _admin.PostAsync("users/anne/invitation", new { language = "fr" })).Is(HttpStatusCode.Accepted);
        Assert.Equal("queued", invited.Text("state"));

        var mail = await _peer.NextAsync();
        Assert.Equal(("fleet@ward.example", "anne@ward.example", "fleet", true), (mail.From, mail.To.Single(), mail.User, mail.Secure));
        Assert.Equal("Votre compte pour les iPad partagés de Hôpital d’Évry", mail.Subject);
        Assert.Equal(("Flotte été", "Anne Élise", 0), (mail.FromName, mail.ToName, mail.Attachments));
        Assert.Contains("Bonjour Anne Élise,", mail.Text, StringComparison.Ordinal);
        var link = LinkOf(mail);
        Assert.Contains($"<a href=\"{link}\">", mail.Html, StringComparison.Ordinal);
        await StateAsync("anne", "sent");

        using var page = new InvitationBrowser(_fleet, link, "fr-FR,fr;q=0.9");
        await page.OpenAsync();
        Assert.Equal((HttpStatusCode.OK, "open"), (page.Status, page.State));
        Assert.Contains("Bonjour Anne &#xC9;lise", page.Html, StringComparison.Ordinal);
        Assert.Contains("a au moins 8 caract", page.Html, StringComparison.Ordinal);
        await page.SetAsync(Password, Password);
        Assert.Equal((HttpStatusCode.OK, "done"), (page.Status, page.State));
        Assert.Equal("accepted", (await _admin.GetAsync("users/anne")).Json!["invitation"]!["state"]!.ToString());

        using var device = await Ward.EnrolAsync(_fleet);
        using var pad = new PlainBrowser(_fleet, (await _fleet.ViewAsync(device.Facts.Udid)).Device.SignInToken!);
        await pad.OpenAsync();
        await pad.SignInAsync("anne", Password);
        Assert.Equal("ready", pad.State);

        await page.OpenAsync();
        Assert.Equal((HttpStatusCode.Gone, "used"), (page.Status, page.State));
        await page.SetAsync("roses en automne", "roses en automne");
        Assert.Equal((HttpStatusCode.Gone, "used"), (page.Status, page.State));
        Assert.Equal(0, _peer.Waiting);
    }

    [Fact]
    public async Task A_password_that_breaks_a_rule_or_differs_is_told_and_the_link_stays_good()
    {
        var link = await InviteNewAsync("berta", "en");
        using var page = new InvitationBrowser(_fleet, link, "ja");
        await page.OpenAsync();
        await page.SetAsync(Password, Password + "x");
        Assert.Equal(("open", "mismatch"), (page.State, page.Error));
        await page.SetAsync("ab", "ab");
        Assert.Equal(("open", "rules"), (page.State, page.Error));
        Assert.Contains("8 \u6587\u5b57\u4ee5\u4e0a", WebUtility.HtmlDecode(page.Html), StringComparison.Ordinal);
        await page.SetAsync("i-am-Berta-42", "i-am-Berta-42");
        Assert.Equal(("open", "rules"), (page.State, page.Error));
        await page.SubmitAsync(("password", Password), ("again", Password), ("csrf", "forged"));
        Assert.Equal(("open", "csrf"), (page.State, page.Error));
        Assert.False((await _admin.GetAsync("users/berta")).Json!["hasPassword"]!.GetValue<bool>());
        await page.SetAsync(Password, Password);
        Assert.Equal("done", page.State);
    }

    [Fact]
    [Trait("Requirement", "UG-07")]
    public async Task The_rules_of_a_password_are_those_of_the_persons_settings()
    {
        var link = await InviteNewAsync("bella", "en");
        (await _admin.PutAsync("user-settings/default", new { name = "Default", passwordRules = new { lengthMin = 30 } })).Is(HttpStatusCode.OK);
        using var page = new InvitationBrowser(_fleet, link);
        await page.OpenAsync();
        Assert.Contains("at least 30 characters", page.Html, StringComparison.Ordinal);
        await page.SetAsync(Password, Password);
        Assert.Equal(("open", "rules"), (page.State, page.Error));
        await page.SetAsync(Password + Password, Password + Password);
        Assert.Equal("done", page.State);
    }

    [Fact]
    public async Task A_new_invitation_voids_the_old_link_and_a_week_voids_the_new_one()
    {
        var old = await InviteNewAsync("carla", "en");
        (await _admin.PostAsync("users/carla/invitation")).Is(HttpStatusCode.Accepted);
        var link = LinkOf(await _peer.NextAsync());
        Assert.NotEqual(old, link);
        using var oldPage = new InvitationBrowser(_fleet, old);
        await oldPage.OpenAsync();
        Assert.Equal((HttpStatusCode.NotFound, "unknown"), (oldPage.Status, oldPage.State));

        using var page = new InvitationBrowser(_fleet, link);
        await page.OpenAsync();
        Assert.Equal("open", page.State);
        await StateAsync("carla", "sent");
        _time.Shift = TimeSpan.FromDays(7);
        await page.SetAsync(Password, Password);
        Assert.Equal((HttpStatusCode.Gone, "expired"), (page.Status, page.State));
        await StateAsync("carla", "expired");
    }

    [Fact]
    public async Task A_new_person_is_invited_with_their_creation_and_a_deleted_one_no_more()
    {
        var made = await _admin.PostAsync("users", new { userName = "dora", displayName = "Dora", email = "dora@ward.example", invite = true, inviteLanguage = "ja" });
        Assert.Equal("queued", made.Is(HttpStatusCode.Created).Json!["invitation"]!["state"]!.ToString());
        var mail = await _peer.NextAsync();
        Assert.StartsWith("Dora \u69d8", mail.Text, StringComparison.Ordinal);
        (await _admin.DeleteAsync("users/dora")).Is(HttpStatusCode.NoContent);
        using var page = new InvitationBrowser(_fleet, LinkOf(mail));
        await page.OpenAsync();
        Assert.Equal((HttpStatusCode.NotFound, "unknown"), (page.Status, page.State));
    }

    [Fact]
    public async Task Guessing_links_is_refused_after_a_while_and_only_at_that_address()
    {
        var link = await InviteNewAsync("erna", "en");
        using var guesser = new InvitationBrowser(_fleet, $"{_fleet.PublicUrl}invitation/guess", forwardedFor: "203.0.113.9");
        for (var guess = 0; guess < InvitationDesk.UnknownPerAddress; guess++)
            await guesser.OpenAsync();
        Assert.Equal("unknown", guesser.State);
        await guesser.OpenAsync();
        Assert.Equal((HttpStatusCode.TooManyRequests, "locked"), (guesser.Status, guesser.State));
        using var elsewhere = new InvitationBrowser(_fleet, link, forwardedFor: "203.0.113.10");
        await elsewhere.OpenAsync();
        Assert.Equal("open", elsewhere.State);
    }

    [Fact]
    public async Task The_mail_server_puts_off_refuses_and_hangs_up()
    {
        await HireAsync("grey", "Grey", "greylist-1@ward.example");
        await HireAsync("none", "None", "refuse@ward.example");
        await HireAsync("cut", "Cut", "hang-up-1@ward.example");
        await HireAsync("lost", "Lost", "lost-answer-1@ward.example");
        foreach (var name in new[] { "grey", "none", "cut", "lost" })
            (await _admin.PostAsync($"users/{name}/invitation")).Is(HttpStatusCode.Accepted);

        await DetailAsync("grey", "queued", "450 4.7.1 Greylisted");
        await DetailAsync("none", "failed", "550 5.1.1 Nobody of that name here");
        await DetailAsync("cut", "queued", "closed");
        await DetailAsync("lost", "queued", "closed");
        var lost = LinkOf(await _peer.NextAsync());
        Assert.Equal(0, _peer.Waiting);

        _time.Shift = TimeSpan.FromMinutes(1);
        foreach (var name in new[] { "grey", "cut", "lost" })
            await StateAsync(name, "sent");
        await StateAsync("none", "failed");
        var mails = new[] { await _peer.NextAsync(), await _peer.NextAsync(), await _peer.NextAsync() };
        Assert.Equal(["greylist-1", "hang-up-1", "lost-answer-1"], mails.Select(mail => mail.To.Single().Split('@')[0]).Order());
        using var page = new InvitationBrowser(_fleet, lost);
        await page.OpenAsync();
        Assert.Equal("open", page.State);
        Assert.Equal(0, _peer.Waiting);
    }

    private static object Settings(int port) => new
    {
        host = "localhost",
        port,
        security = "starttls",
        userName = "fleet",
        password = "s3cret-of-mail",
        from = "fleet@ward.example",
        fromName = "Flotte été",
    };

    private static string LinkOf(PeerMail mail) => Link().Match(mail.Text).Value;

    private async Task<string> InviteNewAsync(string name, string language)
    {
        await HireAsync(name, name, $"{name}@ward.example");
        (await _admin.PostAsync($"users/{name}/invitation", new { language })).Is(HttpStatusCode.Accepted);
        return LinkOf(await _peer.NextAsync());
    }

    private Task<string> HireAsync(string userName, string displayName, string email) => _admin.MakeAsync("users", new { userName, displayName, email });

    private Task StateAsync(string name, string state) => DetailAsync(name, state, "");

    /// <summary>Waits until the person's invitation is so.</summary>
    private async Task DetailAsync(string name, string state, string detail)
    {
        for (var tooLate = DateTime.UtcNow.AddMinutes(1); ;)
        {
            var invitation = (await _admin.GetAsync($"users/{name}")).Json!["invitation"]!;
            if (invitation["state"]!.ToString() == state && (invitation["detail"]?.ToString() ?? "").Contains(detail, StringComparison.Ordinal))
                return;
            Assert.True(DateTime.UtcNow < tooLate, invitation.ToJsonString());
        }
    }

    [GeneratedRegex(@"https://\S+/invitation/\S+")]
    private static partial Regex Link();
}
