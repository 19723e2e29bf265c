using System.Globalization;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Domain.Users;
using Mdm.Fleet.Grains.Mail;

namespace Mdm.Fleet.Grains.Users;

/// <summary>
/// The rules of an invitation. Each try to send it makes a link of its own, as a link is stored nowhere but as a hash; a link counts
/// from before its mail is sent (docs/decisions/0021-mail.md).
/// </summary>
public static class InvitationRules
{
    /// <summary>How long a link serves.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>How long a mail server may put it off.</summary>
    public static readonly TimeSpan QueuedMax = TimeSpan.FromDays(2);

    /// <summary>Links that may be with the person; the oldest go first.</summary>
    public const int LinksMax = 4;

    private static readonly int[] PauseMinutes = [1, 5, 15, 60, 120];

    public static Invitation Begin(InvitationSpec spec, string id, DateTimeOffset now) => new()
    {
        Id = id,
        Spec = spec,
        CreatedAt = now,
        ExpiresAt = now + Life,
        NextTry = now,
    };

    /// <summary>A try begins: if nothing is heard of it, the next one begins after the lease.</summary>
    public static Invitation Try(Invitation invitation, string link, DateTimeOffset now, TimeSpan lease) => invitation with
    {
        Tries = invitation.Tries + 1,
        Links = [.. invitation.Links.Skip(invitation.Links.Length - LinksMax + 1), link],
        ExpiresAt = now + Life,
        NextTry = now + lease,
    };

    /// <summary>After a try: what can't have arrived is no link any more.</summary>
    public static Invitation Answered(Invitation invitation, MailResult result, DateTimeOffset now) => result switch
    {
        MailResult.Accepted accepted => invitation with { State = InvitationState.Sent, SentAt = now, NextTry = null, Detail = accepted.Said },
        MailResult.Refused refused => WithoutLast(invitation) with { State = InvitationState.Failed, NextTry = null, Detail = refused.Said },
        MailResult.Later later => PutOff(later.MayHaveArrived ? invitation : WithoutLast(invitation), later.Said, now),
        _ => throw new InvalidOperationException($"No rule for {result}."),
    };

    /// <summary>Nothing was tried, or to no avail: again after a pause that grows with the tries.</summary>
    public static Invitation PutOff(Invitation invitation, string why, DateTimeOffset now)
    {
        var next = now + TimeSpan.FromMinutes(PauseMinutes[Math.Clamp(invitation.Tries - 1, 0, PauseMinutes.Length - 1)]);
        return next - invitation.CreatedAt > QueuedMax
            ? invitation with { State = InvitationState.Failed, NextTry = null, Detail = why }
            : invitation with { NextTry = next, Detail = why };
    }

    /// <summary>The links serve no more. What the person did with them stays.</summary>
    public static Invitation? Void(Invitation? invitation, string why) => invitation is null or { State: InvitationState.Accepted }
        ? invitation
        : invitation with { State = InvitationState.Expired, NextTry = null, Detail = why };

    public static Invitation Accept(Invitation invitation) => invitation with { State = InvitationState.Accepted, NextTry = null, Detail = null };

    /// <summary>Whether a password may be set with its links.</summary>
    public static bool IsOpen(Invitation invitation, DateTimeOffset now) =>
        invitation.State is InvitationState.Queued or InvitationState.Sent or InvitationState.Failed && now < invitation.ExpiresAt;

    public static InvitationState StateAt(Invitation invitation, DateTimeOffset now) =>
        invitation.State == InvitationState.Sent && now >= invitation.ExpiresAt ? InvitationState.Expired : invitation.State;

    public static InvitationView View(Invitation invitation, DateTimeOffset now) => new(
        StateAt(invitation, now), invitation.Spec!.Language, invitation.Detail, invitation.SentAt, invitation.ExpiresAt, invitation.Tries);

    /// <summary>The tag by which a link's hash finds its person.</summary>
    public static string Tag(string link) => $"invitation:{link}";

    /// <summary>The mail of a try; null = none can be made, as an address, a name or the subject is wrong.</summary>
    public static MailMessage? Letter(Invitation trying, UserRecord person, MailTemplate template, MailSettings settings, string token, DateTimeOffset now)
    {
        if (!MailAddress.TryParse(person.Email, person.DisplayName, out var to) || !MailAddress.TryParse(settings.From, settings.FromName, out var from))
            return null;
        var expires = trying.ExpiresAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var spec = trying.Spec!;
        try
        {
            var text = template.Render(new InvitationValues(person.DisplayName, person.UserName, spec.Address + token, spec.Organization, expires));
            return new MailMessage(from, to, text.Subject, text.Text, text.Html, string.Create(CultureInfo.InvariantCulture, $"{trying.Id}.{trying.Tries}"), now);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Why the person can't be invited; null = they can. Registration: what holds for them.</summary>
    public static InvitationRefusal? Refuses(UserRecord person, RegistrationSetting registration) =>
        !person.Exists ? InvitationRefusal.NotFound
        : !person.Enabled ? InvitationRefusal.Disabled
        : person.Provider is not null ? InvitationRefusal.IdentityProvider
        : registration == RegistrationSetting.Pin ? InvitationRefusal.PinOnly
        : MailAddress.TryParse(person.Email, null, out _) ? null : InvitationRefusal.NoEmail;

    /// <summary>Whom a link invites; null = it is none of theirs.</summary>
    public static InvitationGuest? Guest(UserRecord person, string link, DateTimeOffset now) =>
        person is { Exists: true, Invitation: { } invitation } && invitation.Links.Contains(link)
            ? new InvitationGuest(person.UserName, person.DisplayName, invitation.Spec!.Language, StateAt(invitation, now), person.Enabled && IsOpen(invitation, now))
            : null;

    /// <summary>After an admin's change: a link must not undo a new password, nor serve whoever reads the mail of an old address.</summary>
    public static Invitation? After(UserRecord before, UserSpec spec) =>
        before.Email != spec.Email ? Void(before.Invitation, "The e-mail address was changed: invite again.")
        : spec.Password is not null ? Void(before.Invitation, "A password was set.")
        : spec.Provider is not null ? Void(before.Invitation, "An identity provider verifies the person.")
        : !spec.Enabled ? Void(before.Invitation, "The person was disabled.")
        : before.Invitation;

    private static Invitation WithoutLast(Invitation invitation) => invitation with
    {
        Links = invitation.Links.IsEmpty ? [] : invitation.Links.RemoveAt(invitation.Links.Length - 1),
    };
}
