using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.Configurations;

/// <summary>Apple's <c>EmailAccountType</c>, without its prefix.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MailType>))]
public enum MailType
{
    IMAP,
    POP,
}

/// <summary>Apple's ways to authenticate to a mail server (<c>EmailAuthPassword</c> …), without their prefix.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MailAuthentication>))]
public enum MailAuthentication
{
    None,
    Password,
    CRAMMD5,
    NTLM,
    HTTPMD5,
}

/// <summary>One of an account's two mail servers. Port: the protocol's own when none is given.</summary>
public sealed record MailServer(
    string Host,
    int? Port = null,
    bool UseSsl = true,
    MailAuthentication Authentication = MailAuthentication.Password,
    string? UserName = null,
    string? Password = null)
{
    internal MailServer KeepSecrets(MailServer? stored) =>
        this with { Password = Secrets.Keep(Password, Authentication == MailAuthentication.None ? null : stored?.Password) };
}

/// <summary><c>com.apple.mail.managed</c>: an IMAP or POP account. What the device is not told it asks the person for.</summary>
public sealed record MailAccount(
    MailType Type,
    MailServer Incoming,
    MailServer Outgoing,
    string? EmailAddress = null,
    string? AccountName = null,
    string? Description = null,
    string? ImapPathPrefix = null,
    bool SamePassword = false,
    bool PreventMove = false,
    bool PreventAppSheet = false,
    bool AllowMailDrop = false) : ConfigurationContent
{
    public override ConfigurationContent KeepSecrets(ConfigurationContent? stored)
    {
        var before = stored as MailAccount;
        return this with { Incoming = Incoming.KeepSecrets(before?.Incoming), Outgoing = Outgoing.KeepSecrets(SamePassword ? null : before?.Outgoing) };
    }
}
