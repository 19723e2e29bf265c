using Mdm.Fleet.Domain.Configurations;
using Mdm.Fleet.Protocol.Plist;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>The keys of accounts' payloads (apple/device-management, mdm/profiles).</summary>
internal static class AccountPayloads
{
    /// <summary><c>com.apple.eas.account</c>.</summary>
    public static PlistValue.Dict Exchange(ExchangeAccount account) => PlistValue.Dict.Of(
        ("Certificate", account.Identity),
        ("CertificatePassword", account.IdentityPassword),
        ("EmailAddress", account.EmailAddress),
        ("EnableCalendars", account.Calendars),
        ("EnableContacts", account.Contacts),
        ("EnableMail", account.Mail),
        ("EnableNotes", account.Notes),
        ("EnableReminders", account.Reminders),
        ("Host", account.Host),
        ("MailNumberOfPastDaysToSync", ProfileRenderer.Number(account.PastDaysOfMail)),
        ("OAuth", account.OAuth),
        ("OAuthSignInURL", account.OAuthSignInUrl),
        ("OAuthTokenRequestURL", account.OAuthTokenRequestUrl),
        ("Password", account.Password),
        ("PreventAppSheet", account.PreventAppSheet),
        ("PreventMove", account.PreventMove),
        ("SSL", account.UseSsl),
        ("UserName", account.UserName),
        ("allowMailDrop", account.AllowMailDrop));

    /// <summary><c>com.apple.mail.managed</c>.</summary>
    public static PlistValue.Dict Mail(MailAccount account) => PlistValue.Dict.Of(
        ("EmailAccountDescription", account.Description),
        ("EmailAccountName", account.AccountName),
        ("EmailAccountType", $"EmailType{account.Type}"),
        ("EmailAddress", account.EmailAddress),
        ("IncomingMailServerAuthentication", AuthenticationOf(account.Incoming)),
        ("IncomingMailServerHostName", account.Incoming.Host),
        ("IncomingMailServerIMAPPathPrefix", account.ImapPathPrefix),
        ("IncomingMailServerPortNumber", ProfileRenderer.Number(account.Incoming.Port)),
        ("IncomingMailServerUseSSL", account.Incoming.UseSsl),
        ("IncomingMailServerUsername", account.Incoming.UserName),
        ("IncomingPassword", account.Incoming.Password),
        ("OutgoingMailServerAuthentication", AuthenticationOf(account.Outgoing)),
        ("OutgoingMailServerHostName", account.Outgoing.Host),
        ("OutgoingMailServerPortNumber", ProfileRenderer.Number(account.Outgoing.Port)),
        ("OutgoingMailServerUseSSL", account.Outgoing.UseSsl),
        ("OutgoingMailServerUsername", account.Outgoing.UserName),
        ("OutgoingPassword", account.Outgoing.Password),
        ("OutgoingPasswordSameAsIncomingPassword", account.SamePassword),
        ("PreventAppSheet", account.PreventAppSheet),
        ("PreventMove", account.PreventMove),
        ("allowMailDrop", account.AllowMailDrop));

    /// <summary><c>com.apple.carddav.account</c> and <c>com.apple.caldav.account</c>: the same keys, each with its own prefix.</summary>
    public static PlistValue.Dict Dav(string prefix, DavAccount account) => PlistValue.Dict.Of(
        ($"{prefix}AccountDescription", account.Description),
        ($"{prefix}HostName", account.Host),
        ($"{prefix}Password", account.Password),
        ($"{prefix}Port", ProfileRenderer.Number(account.Port)),
        ($"{prefix}PrincipalURL", account.PrincipalUrl),
        ($"{prefix}UseSSL", account.UseSsl),
        ($"{prefix}Username", account.UserName));

    /// <summary><c>com.apple.subscribedcalendar.account</c>.</summary>
    public static PlistValue.Dict Calendar(SubscribedCalendar calendar) => PlistValue.Dict.Of(
        ("SubCalAccountDescription", calendar.Description),
        ("SubCalAccountHostName", calendar.Address),
        ("SubCalAccountPassword", calendar.Password),
        ("SubCalAccountUseSSL", calendar.UseSsl),
        ("SubCalAccountUsername", calendar.UserName));

    private static string AuthenticationOf(MailServer server) => $"EmailAuth{server.Authentication}";
}
