using System.Security.Cryptography.X509Certificates;

namespace Mdm.Fleet.Outbound.Mail;

/// <summary>The bounds of sending mail, and whom to trust.</summary>
public sealed record SmtpOptions
{
    /// <summary>The only roots trusted for mail servers; empty = the system's.</summary>
    public X509Certificate2Collection TrustedRoots { get; init; } = [];

    /// <summary>How long one try may take, from connecting to the server's last word.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
