using System.Text.Json.Serialization;

namespace Mdm.Fleet.Domain.Mail;

/// <summary>How the connection to a mail server is protected.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MailSecurity>))]
public enum MailSecurity
{
    /// <summary>Not at all; for a server in the same machine or network.</summary>
    None,

    /// <summary>TLS after a plain greeting (RFC 3207), port 587 mostly. A server that does not offer it is not used.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314), port 465 mostly.</summary>
    Tls,
}

/// <summary>A mail server and how to sign in to it; no user name = without.</summary>
public sealed record MailServer(string Host, int Port, MailSecurity Security, string? UserName = null, string? Password = null)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
