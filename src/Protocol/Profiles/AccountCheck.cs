using System.Collections.Immutable;
using Mdm.Fleet.Domain.Configurations;

namespace Mdm.Fleet.Protocol.Profiles;

/// <summary>What is wrong with accounts: Exchange, mail, contacts, calendars.</summary>
internal static class AccountCheck
{
    /// <summary>Apple's range list of <c>MailNumberOfPastDaysToSync</c>; 0 = all.</summary>
    private static readonly ImmutableArray<int> PastDays = [0, 1, 3, 7, 14, 31];

    public static IEnumerable<ConfigurationProblem> Exchange(ExchangeAccount account)
    {
        IEnumerable<ConfigurationProblem> fields =
        [
            .. FieldCheck.Host("host", account.Host),
            .. FieldCheck.EmailAddress("emailAddress", account.EmailAddress),
            .. FieldCheck.Text("userName", account.UserName),
            .. FieldCheck.Secret("password", account.Password),
            .. FieldCheck.WebAddress("oAuthSignInUrl", account.OAuthSignInUrl),
            .. FieldCheck.WebAddress("oAuthTokenRequestUrl", account.OAuthTokenRequestUrl),
            .. FieldCheck.Secret("identityPassword", account.IdentityPassword),
        ];
        foreach (var problem in fields)
            yield return problem;
        if (account is { OAuth: true, Password: not null })
            yield return new("password", "With OAuth the device has no password of the account.");
        if (account is { OAuth: false, OAuthSignInUrl: not null })
            yield return new("oAuthSignInUrl", "The address is for OAuth alone.");
        if (account is { OAuth: false, OAuthTokenRequestUrl: not null })
            yield return new("oAuthTokenRequestUrl", "The address is for OAuth alone.");
        if (account is { Identity: null, IdentityPassword: not null })
            yield return new("identityPassword", "There is no identity that it opens.");
        if (account.Identity is { } identity && !ConfigurationCheck.IsIdentity(identity, account.IdentityPassword))
            yield return new("identity", "The identity cannot be opened with this password (PKCS#12).");
        if (account.PastDaysOfMail is { } days && !PastDays.Contains(days))
            yield return new("pastDaysOfMail", $"The value is one of {string.Join(", ", PastDays)}; 0 is all mail.");
    }

    public static IEnumerable<ConfigurationProblem> Mail(MailAccount account)
    {
        IEnumerable<ConfigurationProblem> fields =
        [
            .. FieldCheck.Word<MailType>("type", account.Type),
            .. FieldCheck.EmailAddress("emailAddress", account.EmailAddress),
            .. FieldCheck.Text("accountName", account.AccountName),
            .. FieldCheck.Text("description", account.Description),
            .. FieldCheck.Text("imapPathPrefix", account.ImapPathPrefix),
            .. Server("incoming", account.Incoming),
            .. Server("outgoing", account.Outgoing),
        ];
        foreach (var problem in fields)
            yield return problem;
        if (account is { Type: MailType.POP, ImapPathPrefix: not null })
            yield return new("imapPathPrefix", "The prefix is for IMAP alone.");
        if (account is { SamePassword: true, Outgoing.Password: not null })
            yield return new("outgoing.password", "The outgoing server has the password of the incoming one, or one of its own.");
    }

    public static IEnumerable<ConfigurationProblem> Dav(DavAccount account) =>
    [
        .. FieldCheck.Host("host", account.Host),
        .. FieldCheck.Port("port", account.Port),
        .. FieldCheck.Text("userName", account.UserName),
        .. FieldCheck.Secret("password", account.Password),
        .. FieldCheck.Text("principalUrl", account.PrincipalUrl),
        .. FieldCheck.Text("description", account.Description),
    ];

    public static IEnumerable<ConfigurationProblem> Calendar(SubscribedCalendar calendar)
    {
        if (!FieldCheck.HoldsVariable(calendar.Address) && !Uri.TryCreate(WithScheme(calendar.Address), UriKind.Absolute, out _))
            yield return new("address", "This is no address of a calendar.");
        IEnumerable<ConfigurationProblem> fields =
        [
            .. FieldCheck.Text("address", calendar.Address),
            .. FieldCheck.Text("userName", calendar.UserName),
            .. FieldCheck.Secret("password", calendar.Password),
            .. FieldCheck.Text("description", calendar.Description),
        ];
        foreach (var problem in fields)
            yield return problem;
    }

    private static string WithScheme(string address) => address.Contains("://", StringComparison.Ordinal) ? address : $"https://{address}";

    private static IEnumerable<ConfigurationProblem> Server(string field, MailServer server)
    {
        IEnumerable<ConfigurationProblem> fields =
        [
            .. FieldCheck.Host($"{field}.host", server.Host),
            .. FieldCheck.Port($"{field}.port", server.Port),
            .. FieldCheck.Word<MailAuthentication>($"{field}.authentication", server.Authentication),
            .. FieldCheck.Text($"{field}.userName", server.UserName),
            .. FieldCheck.Secret($"{field}.password", server.Password),
        ];
        foreach (var problem in fields)
            yield return problem;
        if (server is { Authentication: MailAuthentication.None, Password: not null })
            yield return new($"{field}.password", "Without authentication there is no password.");
    }
}
