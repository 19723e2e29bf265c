using System.Net;
using Mdm.Fleet.Domain.Attributes;
using Mdm.Fleet.Domain.Devices;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Frontend.Admin.Users;
using Mdm.Fleet.Frontend.Devices;
using Mdm.Fleet.Frontend.Web;
using Mdm.Fleet.Grains.Catalog;
using Mdm.Fleet.Grains.Mail;
using Mdm.Fleet.Grains.Users;
using Mdm.Fleet.Storage;
using Mdm.Fleet.Storage.Secrets;
using Orleans;

namespace Mdm.Fleet.Frontend.Invitations;

/// <summary>Invites people, and receives those who follow the link of their mail (UG-01).</summary>
public sealed class InvitationDesk(IGrainFactory grains, IRecordStore store, FrontendOptions options, TimeProvider time)
{
    /// <summary>Unknown links that an address may try in a minute; far beyond what people open of old mails.</summary>
    public const int UnknownPerAddress = 100;

    private readonly FailureLimit<IPAddress> _unknown = new(time, UnknownPerAddress);

    /// <summary>What an invitation's mail will say.</summary>
    /// <param name="language">A BCP 47 tag; null = English.</param>
    /// <exception cref="RefusalException">No mail server, no public address, no template of that language.</exception>
    public async Task<InvitationSpec> PrepareAsync(string? language)
    {
        var mail = grains.GetGrain<IMail>(IMail.Key);
        if (await mail.Settings() is null)
            throw RefusalException.Conflict("no-mail-server", "There is no mail server to send it with: PUT /api/v1/mail/settings.");
        if (options.PublicUrl is null)
            throw RefusalException.Conflict("no-public-url", "This server was started without --public-url: no link can lead to it.");
        if (!LanguageTag.TryParse(language ?? BuiltInTemplates.DefaultLanguage, out var tag))
            throw RefusalException.Field("language", "language is a BCP 47 tag: en, fr, pt-BR.");
        return await mail.Template(BuiltInTemplates.Invitation, tag) is null
            ? throw RefusalException.Field("language", $"There is no invitation in the language {tag}: PUT /api/v1/mail/templates/invitation/{tag}.", "no-template")
            : new InvitationSpec(tag, options.Address("/invitation/"), options.Organization);
    }

    /// <summary>The same for a person who is to be made.</summary>
    /// <exception cref="RefusalException">As above, or the person could not be invited.</exception>
    public async Task<InvitationSpec> PrepareAsync(UserName name, UserSpec spec, string? language)
    {
        var facts = new Owner(name, spec.DisplayName, spec.Groups, default) { Email = spec.Email, Source = spec.Provider?.Value, Attributes = AttributeValues.With([], spec.Attributes) };
        var registration = spec.Registration ?? (await grains.GetGrain<ICatalog>(ICatalog.Key).Read()).Compiled.SettingsOf(facts).Values.Registration;
        var person = new UserRecord { UserName = name.Value, Email = spec.Email, Enabled = spec.Enabled, Registration = spec.Registration, Provider = spec.Provider };
        return InvitationRules.Refuses(person, registration) is { } refusal ? throw Refused(refusal) : await PrepareAsync(language);
    }

    /// <summary>Queues an invitation: durable when this returns.</summary>
    /// <exception cref="RefusalException">The person can't be invited, or nothing can be sent.</exception>
    public async Task<InvitationView> InviteAsync(UserName name, string? language, string by)
    {
        var user = grains.GetGrain<IUser>(name.Value);
        if (await user.View() is null)
            throw RefusalException.NotFound("person");
        var answer = await user.Invite(await PrepareAsync(language), by);
        return answer.Refusal is { } refusal ? throw Refused(refusal) : answer.View!;
    }

    /// <summary>What an admin is told of one who can't be invited.</summary>
    public static RefusalException Refused(InvitationRefusal refusal) => refusal switch
    {
        InvitationRefusal.NotFound => RefusalException.NotFound("person"),
        InvitationRefusal.NoEmail => RefusalException.Conflict("no-email", "The person has no e-mail address that mail can be sent to."),
        InvitationRefusal.Disabled => RefusalException.Conflict("disabled", "The person is disabled: enable them first."),
        InvitationRefusal.PinOnly => RefusalException.Conflict("pin-only", "The person may register by PIN only: a password would be of no use to them."),
        InvitationRefusal.IdentityProvider => RefusalException.Conflict("identity-provider", "An identity provider verifies the person, who has no password here."),
        _ => throw new InvalidOperationException($"No answer to {refusal}."),
    };

    public async Task<InvitationLook> LookAsync(string token, IPAddress address)
    {
        if (_unknown.Refuses(address, out var wait))
            return new InvitationLook(InvitationPageState.Locked, RetryAfter: wait);
        return await FindAsync(token) is { } user && await user.Guest(TokenHash.Of(token)) is { } guest ? await ShowAsync(user, guest) : Unknown(address);
    }

    /// <summary>Sets the password if the link and the password are good.</summary>
    public async Task<InvitationLook> AcceptAsync(string token, string password, string again, IPAddress address)
    {
        var open = await LookAsync(token, address);
        if (open is not { State: InvitationPageState.Open, Guest: { } guest, Rules: { } rules })
            return open;
        if (password != again)
            return open with { Fault = new InvitationFault("mismatch", []) };
        if (rules.Check(password, UserName.Parse(guest.UserName)) is { IsEmpty: false } broken)
            return open with { Fault = new InvitationFault("rules", broken) };
        var user = grains.GetGrain<IUser>(guest.UserName);
        return await Patient.CallAsync(() => user.AcceptInvitation(TokenHash.Of(token), password)) switch
        {
            { IsOpen: true } done => new InvitationLook(InvitationPageState.Done, done),
            { } late => await ShowAsync(user, late),
            null => Unknown(address),
        };
    }

    private async Task<InvitationLook> ShowAsync(IUser user, InvitationGuest guest)
    {
        if (!guest.IsOpen)
            return new InvitationLook(guest.State == InvitationState.Accepted ? InvitationPageState.Used : InvitationPageState.Expired, guest);
        var facts = (await user.View())?.Facts ?? new Owner(UserName.Parse(guest.UserName), guest.DisplayName, [], default);
        return new InvitationLook(InvitationPageState.Open, guest, PersonRules.Of(await grains.GetGrain<ICatalog>(ICatalog.Key).Read(), facts));
    }

    private InvitationLook Unknown(IPAddress address)
    {
        _unknown.Failed(address);
        return new InvitationLook(InvitationPageState.Unknown);
    }

    private async Task<IUser?> FindAsync(string token)
    {
        var page = await store.QueryAsync(new IndexQuery("user", Tag: InvitationRules.Tag(TokenHash.Of(token)), Limit: 1));
        return page.Rows.Length == 1 ? grains.GetGrain<IUser>(page.Rows[0].Key) : null;
    }
}
