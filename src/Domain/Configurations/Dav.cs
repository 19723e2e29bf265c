namespace Mdm.Fleet.Domain.Configurations;

/// <summary>What contacts and calendars have in common: an account at a DAV server. Port: the protocol's own when none is given.</summary>
public abstract record DavAccount : ConfigurationContent
{
    private protected DavAccount()
    {
    }

    public required string Host { get; init; }

    public int? Port { get; init; }

    public bool UseSsl { get; init; } = true;

    public string? UserName { get; init; }

    public string? Password { get; init; }

    public string? PrincipalUrl { get; init; }

    /// <summary>What the device calls the account.</summary>
    public string? Description { get; init; }

    public override ConfigurationContent KeepSecrets(ConfigurationContent? stored) =>
        this with { Password = Secrets.Keep(Password, stored?.GetType() == GetType() ? ((DavAccount)stored).Password : null) };
}

/// <summary><c>com.apple.carddav.account</c>: contacts.</summary>
public sealed record CardDavAccount : DavAccount;

/// <summary><c>com.apple.caldav.account</c>: calendars.</summary>
public sealed record CalDavAccount : DavAccount;

/// <summary><c>com.apple.subscribedcalendar.account</c>: a calendar that is read only. Address: the calendar's, with or without a scheme.</summary>
public sealed record SubscribedCalendar(
    string Address,
    bool UseSsl = true,
    string? UserName = null,
    string? Password = null,
    string? Description = null) : ConfigurationContent
{
    public override ConfigurationContent KeepSecrets(ConfigurationContent? stored) =>
        this with { Password = Secrets.Keep(Password, (stored as SubscribedCalendar)?.Password) };
}
