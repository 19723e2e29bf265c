using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Mail;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Grains.Tests.Users;

/// <summary>An invitation's way to the mail server and back, on a clock that the test moves.</summary>
[Trait("Requirement", "UG-01")]
public sealed class InvitationTests : IAsyncLifetime
{
    private const string Address = "https://fleet.example/invitation/";

    private static readonly InvitationSpec English = new("en", Address, "Ward 3");
    private static readonly UserSpec Person = new("Anna", "anna@ward.example", null, RegistrationSetting.Password, true, []);

    private Hosting.Fleet _fleet = null!;

    private IUser Anna => _fleet.Grains.GetGrain<IUser>("anna");

    private IMail Mail => _fleet.Grains.GetGrain<IMail>(IMail.Key);

    public async Task InitializeAsync()
    {
        _fleet = await Hosting.Fleet.StartAsync();
        await Mail.PutSettings(new MailSettings("mail.example", 587, MailSecurity.StartTls, null, null, "fleet@ward.example", "Fleet"), "admin");
        Assert.True(await Anna.Create(Person, "admin"));
    }

    public async Task DisposeAsync() => await _fleet.DisposeAsync();

    [Fact]
    public async Task An_invitation_is_sent_once_and_its_link_sets_a_password_once()
    {
        Assert.Equal(InvitationState.Queued, (await Anna.Invite(English, "admin")).View!.State);
        await _fleet.PulseAsync();
        await UntilAsync(InvitationState.Sent);
        await _fleet.PassAsync(TimeSpan.FromHours(5));
        var mail = Assert.Single(_fleet.Mails.Mails);
        Assert.Equal("anna@ward.example", mail.To.Address);
        Assert.Equal("250 queued", (await Anna.Invitation())!.Detail);

        var link = LinkOf(mail);
        Assert.True((await Anna.Guest(link))!.IsOpen);
        Assert.True((await Anna.AcceptInvitation(link, "tulips in spring"))!.IsOpen);
        Assert.True((await Anna.View())!.HasPassword);
        Assert.False((await Anna.AcceptInvitation(link, "roses in summer"))!.IsOpen);
        Assert.Equal(InvitationState.Accepted, (await Anna.Guest(link))!.State);
        Assert.Empty(await _fleet.MarksAsync("user"));
        Assert.Equal(["Create user", "Invite user (en)", "Accept invitation"], (await _fleet.AuditAsync(new RecordKey("user", "anna"))).Select(entry => entry.Act));
    }

    [Fact]
    public async Task What_is_put_off_is_sent_again_with_longer_pauses_and_given_up_after_two_days()
    {
        var sentAt = new List<DateTimeOffset>();
        _fleet.Mails.Answer = _ => Task.FromResult<MailResult>(new MailResult.Later($"450 later {_fleet.Mails.Mails.Count}"));
        await Anna.Invite(English, "admin");
        while ((await Anna.Invitation())!.State == InvitationState.Queued)
        {
            sentAt.Add(_fleet.Time.GetUtcNow());
            await _fleet.PulseAsync();
            await SaidAsync($"450 later {sentAt.Count}");
            if ((await _fleet.MarksAsync("user")).SingleOrDefault() is { } next)
                _fleet.Time.Advance(next.At - _fleet.Time.GetUtcNow());
        }

        var failed = (await Anna.Invitation())!;
        Assert.Equal((InvitationState.Failed, $"450 later {sentAt.Count}"), (failed.State, failed.Detail));
        Assert.Equal([1, 5, 15, 60, 120, 120], sentAt.Zip(sentAt.Skip(1), (one, next) => Math.Round((next - one).TotalMinutes)).Take(6));
        Assert.InRange(sentAt[^1] - sentAt[0], TimeSpan.FromDays(1.8), InvitationRules.QueuedMax);
        foreach (var mail in _fleet.Mails.Mails)
            Assert.Null(await GuestAsync(mail));
        Assert.Empty(await _fleet.MarksAsync("user"));
    }

    [Fact]
    public async Task What_is_refused_for_good_is_not_sent_again_and_says_why()
    {
        _fleet.Mails.Answer = _ => Task.FromResult<MailResult>(new MailResult.Refused("550 nobody here"));
        await Anna.Invite(English, "admin");
        await _fleet.PulseAsync();
        await UntilAsync(InvitationState.Failed);
        await _fleet.PassAsync(TimeSpan.FromDays(1));
        Assert.Equal("550 nobody here", (await Anna.Invitation())!.Detail);
        Assert.Null(await Anna.Guest(LinkOf(Assert.Single(_fleet.Mails.Mails))));
        Assert.Empty(await _fleet.MarksAsync("user"));
    }

    [Fact]
    public async Task A_mail_whose_fate_is_unknown_is_sent_again_and_both_links_serve()
    {
        var answers = new Queue<MailResult>([new MailResult.Later("lost", MayHaveArrived: true), new MailResult.Accepted("250")]);
        _fleet.Mails.Answer = _ => Task.FromResult(answers.Dequeue());
        await Anna.Invite(English, "admin");
        await _fleet.PulseAsync();
        await SaidAsync("lost");
        await _fleet.PassAsync(TimeSpan.FromMinutes(1));
        await UntilAsync(InvitationState.Sent);
        Assert.Equal(2, _fleet.Mails.Mails.Count);
        foreach (var mail in _fleet.Mails.Mails)
            Assert.True((await GuestAsync(mail))!.IsOpen);
        Assert.NotEqual(_fleet.Mails.Mails[0].Id, _fleet.Mails.Mails[1].Id);
    }

    [Fact]
    public async Task A_process_that_dies_before_or_while_it_sends_leaves_the_invitation_to_the_next()
    {
        var held = new TaskCompletionSource<MailResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        await Anna.Invite(English, "admin");
        await _fleet.RestartAsync();
        _fleet.Mails.Answer = _ => held.Task;
        await _fleet.PulseAsync();
        await _fleet.Until(() => _fleet.Mails.Mails.Count == 1);
        await _fleet.RestartAsync();
        _fleet.Mails.Answer = _ => Task.FromResult<MailResult>(new MailResult.Accepted("250"));
        await _fleet.PassAsync(Mailroom.Lease);
        await UntilAsync(InvitationState.Sent);
        Assert.Equal(2, _fleet.Mails.Mails.Count);
        foreach (var mail in _fleet.Mails.Mails)
            Assert.True((await GuestAsync(mail))!.IsOpen);
        held.SetResult(new MailResult.Accepted("too late"));
    }

    [Fact]
    public async Task Without_a_mail_server_it_waits_for_one()
    {
        await using var fleet = await Hosting.Fleet.StartAsync();
        var anna = fleet.Grains.GetGrain<IUser>("anna");
        await anna.Create(Person, "admin", English);
        await fleet.PulseAsync();
        Assert.Equal(InvitationState.Queued, (await anna.Invitation())!.State);
        await fleet.Grains.GetGrain<IMail>(IMail.Key).PutSettings(await Mail.Settings() ?? throw new InvalidOperationException(), "admin");
        await fleet.PassAsync(TimeSpan.FromMinutes(1));
        await fleet.Until(async () => (await anna.Invitation())!.State == InvitationState.Sent);
    }

    [Theory]
    [InlineData("again")]
    [InlineData("email")]
    [InlineData("password")]
    [InlineData("disabled")]
    [InlineData("deleted")]
    [InlineData("time")]
    public async Task A_link_serves_no_more_after(string change)
    {
        await Anna.Invite(English, "admin");
        await _fleet.PulseAsync();
        await UntilAsync(InvitationState.Sent);
        var link = LinkOf(_fleet.Mails.Mails[0]);
        Assert.True((await Anna.Guest(link))!.IsOpen);
        await (change switch
        {
            "again" => Anna.Invite(English, "admin"),
            "email" => Anna.Update(Person with { Email = "anna@elsewhere.example" }, null, "admin"),
            "password" => Anna.Update(Person with { Password = "tulips in spring" }, null, "admin"),
            "disabled" => Anna.Update(Person with { Enabled = false }, null, "admin"),
            "deleted" => Anna.Delete(null, "admin"),
            "time" => _fleet.PassAsync(InvitationRules.Life),
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        });

        Assert.NotEqual(true, (await Anna.Guest(link))?.IsOpen);
        Assert.NotEqual(true, (await Anna.AcceptInvitation(link, "roses in summer"))?.IsOpen);
        Assert.NotEqual(change != "password", (await Anna.View())?.HasPassword);
    }

    [Fact]
    public async Task A_change_that_concerns_no_credentials_leaves_the_link_alone()
    {
        await Anna.Invite(English, "admin");
        await _fleet.PulseAsync();
        await UntilAsync(InvitationState.Sent);
        await Anna.Update(Person with { DisplayName = "Anna B." }, null, "admin");
        Assert.True((await Anna.Guest(LinkOf(_fleet.Mails.Mails[0])))!.IsOpen);
    }

    [Fact]
    public async Task Nobody_is_invited_who_could_not_use_it()
    {
        async Task<InvitationRefusal?> Refusal(string name, UserSpec spec)
        {
            var user = _fleet.Grains.GetGrain<IUser>(name);
            await user.Create(spec, "admin");
            return (await user.Invite(English, "admin")).Refusal;
        }

        Assert.Equal(InvitationRefusal.NoEmail, await Refusal("b", Person with { Email = null }));
        Assert.Equal(InvitationRefusal.NoEmail, await Refusal("c", Person with { Email = "x@ward.example\r\nBcc: all@ward.example" }));
        Assert.Equal(InvitationRefusal.Disabled, await Refusal("d", Person with { Enabled = false }));
        Assert.Equal(InvitationRefusal.PinOnly, await Refusal("e", Person with { Registration = RegistrationSetting.Pin }));
        Assert.Equal(InvitationRefusal.NotFound, (await _fleet.Grains.GetGrain<IUser>("f").Invite(English, "admin")).Refusal);
    }

    private static string LinkOf(MailMessage mail)
    {
        var at = mail.Text.IndexOf(Address, StringComparison.Ordinal) + Address.Length;
        return TokenHash.Of(mail.Text[at..].Split('\n')[0]);
    }

    private Task<InvitationGuest?> GuestAsync(MailMessage mail) => Anna.Guest(LinkOf(mail));

    private Task SaidAsync(string words) => _fleet.Until(async () => (await Anna.Invitation())!.Detail == words);

    private Task UntilAsync(InvitationState state) => _fleet.Until(async () => (await Anna.Invitation())!.State == state);
}
