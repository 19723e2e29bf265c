using System.Text;
using Mdm.Fleet.Domain.Mail;
using Mdm.Fleet.Frontend.Admin.Http;
using Mdm.Fleet.Grains.Mail;
using Mdm.Fleet.Storage.Secrets;

namespace Mdm.Fleet.Frontend.Admin.Mail;

/// <summary>
/// The mail server. Security: none, starttls or tls; port null = 25, 587 or 465 accordingly. Password is write only: null = the stored
/// one stays, but not for another server.
/// </summary>
public sealed record MailSettingsBody(
    string Host,
    string From,
    int? Port = null,
    string Security = "starttls",
    string? UserName = null,
    string? Password = null,
    string? FromName = null)
{
    private const int SecretLengthMax = 1024;

    /// <exception cref="RefusalException">Some fields are wrong; all are named.</exception>
    public MailSettings Check(MailSettings? current, SecretBox box)
    {
        var isSecurity = Enum.TryParse<MailSecurity>(Security, ignoreCase: true, out var security) && MailSettingsObject.Word(security) == Security;
        if (RefusalException.Fields(Problems(isSecurity ? security : null)) is { } refused)
            throw refused;
        var port = Port ?? security switch { MailSecurity.None => 25, MailSecurity.StartTls => 587, _ => 465 };
        var next = new MailSettings(Host, port, security, UserName, null, From, string.IsNullOrWhiteSpace(FromName) ? null : FromName.Trim());
        return next with { SealedPassword = UserName is null ? null : Password is { } password ? box.Seal(Encoding.UTF8.GetBytes(password), Mailroom.PasswordName) : Kept(current, next) };
    }

    /// <summary>A stored password never goes to a server that it was not given for, nor in less safe a way.</summary>
    private static ReadOnlyMemory<byte>? Kept(MailSettings? current, MailSettings next) =>
        current?.SealedPassword is { } stored && (current.Host, current.Port, current.Security, current.UserName) == (next.Host, next.Port, next.Security, next.UserName)
            ? stored
            : throw RefusalException.Field("password", "Give the password: there is none yet for this server, port, security and user name.", "password-needed");

    private IEnumerable<(string Field, string Message)> Problems(MailSecurity? security)
    {
        if (Host.Length > 253 || Uri.CheckHostName(Host) == UriHostNameType.Unknown)
            yield return ("host", "host is a host name or an IP address.");
        if (Port is < 1 or > 65_535)
            yield return ("port", "port is 1 to 65535.");
        if (security is null)
            yield return ("security", "security is none, starttls or tls.");
        if (!MailAddress.TryParse(From, null, out _))
            yield return ("from", "from is one e-mail address.");
        if (FromName is { } name && !MailAddress.TryParse("a@b", name, out _))
            yield return ("fromName", "fromName is at most 200 characters in one line.");
        if (UserName is { } user && (user.Length is 0 or > SecretLengthMax || !Names.IsText(user)))
            yield return ("userName", $"userName is 1 to {SecretLengthMax} characters without control characters.");
        if (Password is { } password && (password.Length is 0 or > SecretLengthMax || !Names.IsText(password)))
            yield return ("password", $"password is 1 to {SecretLengthMax} characters without control characters.");
        if (UserName is not null && security == MailSecurity.None)
            yield return ("security", "A password is sent under TLS only: security is starttls or tls where there is a userName.");
    }
}

/// <summary>The mail server as shown.</summary>
public sealed record MailSettingsObject(
    string Host, int Port, string Security, string? UserName, bool HasPassword, string From, string? FromName)
{
    public static MailSettingsObject Of(MailSettings settings) => new(
        settings.Host, settings.Port, Word(settings.Security), settings.UserName, settings.SealedPassword is not null, settings.From, settings.FromName);

    internal static string Word(MailSecurity security) => security.ToString().ToLowerInvariant();
}
